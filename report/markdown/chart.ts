import type { Chart } from './document.ts';

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
/** Where there is no data. */
const GAP = '·';
const MAX_TITLE = 100;

/**
 * The chart for Mermaid 10 and later, or undefined where fewer than two points have data. Points without data are left
 * out, since no version draws a gap; numbers have two decimals, since no version reads an exponent.
 */
export function mermaidChart({ title, unit, points, levels }: Chart): string | undefined {
  const known = knownPoints(points);
  if (known.length < 2) return undefined;
  const most = Math.max(...known.map(({ value }) => value), ...levels.map(({ value }) => value));
  const names = levels.map(({ name, value }) => `${name} ${shown(value)}`).join(', ');
  const lines = levels.length === 0 ? '' : mermaidText(`; lines: ${names}`);
  return [
    'xychart-beta',
    `  title "${mermaidText(title)}${lines}"`,
    `  x-axis [${known.map(({ label }) => `"${mermaidText(label)}"`).join(', ')}]`,
    `  y-axis "${mermaidText(unit)}" 0 --> ${Math.max(1, Math.ceil(most * 1.1))}`,
    `  bar [${known.map(({ value }) => value.toFixed(2)).join(', ')}]`,
    ...levels.map(({ value }) => `  line [${known.map(() => value.toFixed(2)).join(', ')}]`),
  ].join('\n');
}

/** The chart as a line of blocks from 0 to the highest number, with a dot for no data. */
export function sparkline({ points, levels }: Chart): string {
  const numbers = [...knownPoints(points), ...levels].map(({ value }) => value);
  const most = Math.max(...numbers, 0);
  return points.map(({ value }) => (value === null ? GAP : bar(most === 0 ? 0 : value / most))).join('');
}

/** What the chart shows, in words and numbers. */
export function chartWords({ unit, points, levels }: Chart): string {
  const known = knownPoints(points);
  const compared = levels.map(({ name, value }) => `${name} ${shown(value)}`);
  const missing = points.length - known.length;
  return [
    known.length === 0 ? 'no data at all' : `${rangeWords(known.map(({ value }) => value))} ${unit}`,
    ...compared,
    ...(missing === 0 || known.length === 0 ? [] : [`no data for ${missing} of ${points.length} points`]),
  ].join('; ');
}

function rangeWords(values: readonly number[]): string {
  const [least, most] = [shown(Math.min(...values)), shown(Math.max(...values))];
  return least === most ? `always ${least}` : `${least} to ${most}`;
}

function knownPoints(points: Chart['points']): readonly { readonly label: string; readonly value: number }[] {
  return points.flatMap(({ label, value }) => (value === null || !Number.isFinite(value) ? [] : [{ label, value }]));
}

function bar(share: number): string {
  return BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))] ?? BARS[0];
}

function shown(value: number): string {
  return value.toFixed(2).replace(/\.?0+$/, '');
}

/** Text in quotes that no version of Mermaid takes for the end of them, a directive, an entity or Markdown, nor for none. */
function mermaidText(text: string): string {
  const safe = text.slice(0, MAX_TITLE).replace(/[^A-Za-z0-9 ._,:;()/+-]/g, '_');
  return safe.trim() === '' ? '-' : safe;
}
