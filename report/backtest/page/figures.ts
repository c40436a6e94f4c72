import type { Spec } from 'vega';
import type { Backtest } from '../../../api/index.ts';
import { escapeHtml } from '../../html/index.ts';
import {
  attainmentChart,
  CHANNELS,
  type ChartWidth,
  changesChart,
  svgOf,
  timelineChart,
  timelinePolicies,
  whatIfCharts,
} from '../charts/index.ts';
import { numberOf } from '../policy-table.ts';
import { amount, percent, perDay } from '../words.ts';

interface Figure {
  readonly title: string;
  /** What it shows, in words and numbers, for who cannot see it. */
  readonly label: string;
  readonly spec: (width: ChartWidth) => Spec | undefined;
  /** What its lines and signs are. */
  readonly legend: readonly LegendEntry[];
}

interface LegendEntry {
  readonly glyph: string;
  readonly color: string;
  readonly words: string;
}

/** Every policy in the plane of cost, promise and changes, with perfect foresight as the limit; and GPUs over time. */
export async function frontierFigures(backtest: Backtest): Promise<string> {
  const drawn = timelinePolicies(backtest);
  const aDay = perDay(backtest.judged);
  return printFigures([
    {
      title: 'GPU-hours and requests kept',
      label: `GPU-hours and requests kept of each policy. ${policyWords(backtest)}`,
      spec: (width) => attainmentChart(backtest, width),
      legend: channelLegend(backtest),
    },
    {
      title: `Changes ${aDay} and GPU-hours, with the least that foresight could do`,
      label: `Changes ${aDay} and GPU-hours of each policy, and of perfect foresight with so many changes: ${limitWords(backtest)}`,
      spec: (width) => changesChart(backtest, width),
      legend: [
        ...channelLegend(backtest),
        { glyph: '╌', color: CHANNELS.oracle.color, words: `perfect foresight with so many changes ${aDay}` },
      ],
    },
    {
      title: 'GPUs over time',
      label: `GPUs hour by hour of ${drawn.map(({ label, maxGpus }) => `${label}, at most ${maxGpus}`).join('; ')}`,
      spec: (width) => timelineChart(backtest, width),
      legend: drawn.map((policy) => ({
        glyph: policy.channel === 'oracle' ? '╌' : '━',
        color: CHANNELS[policy.channel].color,
        words: policy.label,
      })),
    },
  ]);
}

/** A curve for each kind of setting that was tried. */
export async function whatIfFigures({ whatIf }: Backtest): Promise<string> {
  if (whatIf === undefined) return '';
  return printFigures(whatIfCharts(whatIf).map((chart) => ({ ...chart, legend: [] })));
}

async function printFigures(figures: readonly Figure[]): Promise<string> {
  const printed: string[] = [];
  for (const figure of figures) printed.push(await printFigure(figure));
  return printed.filter((html) => html !== '').join('\n');
}

async function printFigure({ title, label, spec, legend }: Figure): Promise<string> {
  const [wide, narrow] = [spec('wide'), spec('narrow')];
  if (wide === undefined || narrow === undefined) return '';
  return [
    '<figure>',
    `<figcaption>${escapeHtml(title)}</figcaption>`,
    `<div class="wide">${await svgOf(wide, label)}</div>`,
    `<div class="narrow">${await svgOf(narrow, label)}</div>`,
    ...(legend.length === 0 ? [] : [printLegend(legend)]),
    '</figure>',
  ].join('\n');
}

function printLegend(entries: readonly LegendEntry[]): string {
  const items = entries.map(
    ({ glyph, color, words }) =>
      `<li><span aria-hidden="true" style="color:${color}">${glyph}</span>${escapeHtml(words)}</li>`,
  );
  return `<ul class="legend">\n${items.join('\n')}\n</ul>`;
}

/** Only what is in the chart; numbers are those of the table. */
function channelLegend({ policies }: Backtest): readonly LegendEntry[] {
  const channels = [...new Set(policies.map(({ channel }) => channel))];
  return [
    ...channels.map((channel) => CHANNELS[channel]),
    { glyph: '○', color: 'var(--faint)', words: 'hollow: less than 98.5 % kept' },
  ];
}

function policyWords(backtest: Backtest): string {
  return backtest.policies
    .map(
      (policy) =>
        `${numberOf(backtest, policy)}, ${policy.label}: ${amount(policy.gpuHours)} GPU-hours, ${percent(policy.attainment)}`,
    )
    .join('; ');
}

function limitWords({ frontier, judged }: Backtest): string {
  if (frontier.length === 0) return 'not computed';
  return frontier
    .map(({ changesPerDay, gpuHours }) => `${amount(changesPerDay)} ${perDay(judged)}, ${amount(gpuHours)}`)
    .join('; ');
}
