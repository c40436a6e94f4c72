import type { Axis, Config, Mark } from 'vega';
import type { BacktestPolicy } from '../../../api/index.ts';

/** Widths that charts are drawn for: a page or a sheet, and a phone. */
export const CHART_WIDTHS = { wide: 720, narrow: 340 } as const;
export type ChartWidth = keyof typeof CHART_WIDTHS;

type Channel = BacktestPolicy['channel'];

/** Colours are the page's own variables, so that a chart is dark where the page is. Shapes say the same without colour. */
export const CHANNELS: {
  readonly [channel in Channel]: {
    readonly color: string;
    readonly shape: string;
    readonly glyph: string;
    readonly words: string;
  };
} = {
  git: { color: 'var(--git)', shape: 'circle', glyph: '●', words: 'through Git' },
  'git-floor': {
    color: 'var(--floor)',
    shape: 'diamond',
    glyph: '◆',
    words: 'a floor through Git, under a controller',
  },
  native: { color: 'var(--native)', shape: 'triangle-up', glyph: '▲', words: 'a controller in the cluster' },
  static: { color: 'var(--static)', shape: 'square', glyph: '■', words: 'one number for good' },
  oracle: { color: 'var(--oracle)', shape: 'cross', glyph: '✚', words: 'perfect foresight' },
};

const FONT = 'system-ui, sans-serif';
const INK = 'var(--ink)';
const FAINT = 'var(--faint)';

export const CHART_CONFIG: Config = {
  axis: {
    ...{ labelColor: INK, titleColor: INK, domainColor: FAINT, tickColor: FAINT, gridColor: 'var(--grid)' },
    ...{ labelFont: FONT, titleFont: FONT, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal' },
  },
};

/** What every chart begins with. */
export const frame = (width: ChartWidth, height: number) => ({
  $schema: 'https://vega.github.io/schema/vega/v6.json',
  width: CHART_WIDTHS[width],
  height,
  padding: 4,
  autosize: { type: 'fit' as const, contains: 'padding' as const },
  config: CHART_CONFIG,
});

export function axis(orient: 'left' | 'bottom', title: string, rest: Partial<Axis> = {}): Axis {
  const scale = orient === 'left' ? 'y' : 'x';
  return { orient, scale, title, grid: true, tickCount: 5, labelOverlap: true, ...rest };
}

/** Text beside a point; a rim in the page's colour keeps it readable where it lies on a line. */
export function pointLabels(data: string, field: string): readonly Mark[] {
  const at = {
    x: { scale: 'x', field: 'x', offset: 8 },
    y: { scale: 'y', field: 'y', offset: -7 },
    text: { field },
    fontSize: { value: 12 },
    fontWeight: { value: 'bold' as const },
    font: { value: FONT },
  };
  return [
    {
      type: 'text',
      from: { data },
      encode: { enter: { ...at, stroke: { value: 'var(--page)' }, strokeWidth: { value: 3 } } },
    },
    { type: 'text', from: { data }, encode: { enter: { ...at, fill: { value: INK } } } },
  ];
}
