import type { Backtest, ChosenSettings } from '../../api/index.ts';
import { plural } from '../blocks/index.ts';
import { type Block, code, type Inline, paragraph, strong } from '../markdown/index.ts';
import { policyTable } from './policy-table.ts';
import { verdict } from './verdict.ts';
import { whatIfSentences } from './what-if-words.ts';
import { amount, duration, minuteOf, perDay, times } from './words.ts';

/** A part of the report, with the words above it. */
export interface BacktestSection {
  readonly name: 'verdict' | 'alike' | 'apart' | 'frontier' | 'what-if' | 'measured';
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** The whole report, in the order in which it is read; parts without anything to say are left out. */
export function backtestSections(backtest: Backtest, width: 'narrow' | 'full'): readonly BacktestSection[] {
  const sections: readonly BacktestSection[] = [
    {
      name: 'verdict',
      title: backtestTitle(backtest),
      blocks: [paragraph(...heldTo(backtest)), ...verdict(backtest).map((words) => paragraph(...words))],
    },
    {
      name: 'alike',
      title: `Held to the same lead and at most ${backtest.setting.proposalsPerDay} proposals a day`,
      blocks: policyTable(backtest, 'alike', width),
    },
    {
      name: 'apart',
      title: 'Listed apart: controllers in the cluster, more proposals a day, and perfect foresight',
      blocks: policyTable(backtest, 'apart', width),
    },
    { name: 'frontier', title: 'What any method that works through Git could do', blocks: frontier(backtest) },
    { name: 'what-if', title: 'What if', blocks: listOf(whatIfSentences(backtest)) },
    { name: 'measured', title: 'How it was measured', blocks: listOf(measured(backtest)) },
  ];
  return sections.filter(({ blocks }) => blocks.length > 0);
}

export function backtestTitle({ environment, deployment, judged }: Backtest): string {
  const hours = (Date.parse(judged.end) - Date.parse(judged.start)) / 3_600_000;
  const span = hours < 24 ? plural(hours, 'hour') : plural(hours / 24, 'day');
  return `Backtest of ${environment}/${deployment}: ${span} to ${minuteOf(judged.end)} UTC`;
}

function heldTo({ setting, judged }: Backtest): readonly Inline[] {
  const { sla, lead } = setting;
  return [
    `From ${minuteOf(judged.start)}: TTFT within ${amount(sla.ttftMs)} ms and ITL within ${amount(sla.itlMs)} ms, ` +
      `${duration(lead.reviewSeconds)} of review and sync, ${duration(lead.startUpSeconds)} until a replica serves.`,
  ];
}

/** Points that a table lists; the chart has all of them. */
const MOST_POINTS = 8;

function frontier({ frontier: points, judged }: Backtest): readonly Block[] {
  if (points.length === 0) return [];
  const least = Math.min(...points.map(({ gpuHours }) => gpuHours));
  const told = new Map(points.map((point) => [`${amount(point.changesPerDay)} ${amount(point.gpuHours)}`, point]));
  return [
    {
      kind: 'table',
      head: [`Changes ${perDay(judged)}`, 'GPU-hours', '× with the most changes'],
      rows: spread([...told.values()], MOST_POINTS).map(({ changesPerDay, gpuHours }) => [
        [amount(changesPerDay)],
        [amount(gpuHours)],
        [times(least === 0 ? null : gpuHours / least)],
      ]),
    },
  ];
}

/** So many of them, the first and the last among them. */
function spread<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  const chosen = new Set(
    Array.from({ length: most }, (_, index) => Math.round((index * (items.length - 1)) / (most - 1))),
  );
  return items.filter((_, index) => chosen.has(index));
}

function measured(backtest: Backtest): readonly (readonly Inline[])[] {
  const { minutes, training, setting, notes, parameters, inputs, chosen = [] } = backtest;
  const { most, gpusPerReplica, giveUpSeconds, seeds } = setting;
  const left = minutes.missing + minutes.implausible;
  const gaps =
    left === 0
      ? 'all with data'
      : `of which ${amount(left)} ${left === 1 ? 'was' : 'were'} not judged: ${amount(minutes.missing)} without data, ${amount(minutes.implausible)} that cannot be true`;
  return [
    [`${amount(minutes.all)} minutes of history, ${gaps}; a minute without requests counts as idle.`],
    [parameters],
    ...(chosen.length === 0
      ? []
      : [[`Chosen for each judged day, by the days before it alone: ${chosen.map(chosenWords).join(' · ')}.`]]),
    [
      `Policies knew ${minuteOf(training.start)} to ${minuteOf(training.end)} before they began, and then each minute one minute late.`,
    ],
    [
      `A client gives up after ${duration(giveUpSeconds)}, which is a miss. A request whose own prefill takes longer than the TTFT target is in no share.`,
    ],
    [
      `At most ${plural(most.prefill, 'prefill replica')} of ${plural(gpusPerReplica.prefill, 'GPU')} and ${plural(most.decode, 'decode replica')} of ${gpusPerReplica.decode}; ${
        seeds.length === 1 ? 'one seed' : `the worst of ${seeds.length} seeds`
      } (${seeds.join(', ')}), the same arrivals for every policy.`,
    ],
    ...notes.map((note) => [note]),
    [
      `Metrics from ${inputs.metrics.source.replace(/\.$/, '')}: `,
      code(inputs.metrics.file),
      ' ',
      code(inputs.metrics.digest),
    ],
    ...[...inputs.profiles, ...inputs.fitted].map(({ file, digest }): readonly Inline[] => [
      code(file),
      ' ',
      code(digest),
    ]),
  ];
}

/** A setting for each stretch of days that it was chosen for. */
function chosenWords({ label, days }: ChosenSettings): string {
  const changes = days.filter(({ setting }, index) => setting !== days[index - 1]?.setting);
  return `${label}: ${changes
    .map(({ start, setting }, index) => (index === 0 ? setting : `${setting} from ${minuteOf(start).slice(0, 10)}`))
    .join(', ')}`;
}

function listOf(items: readonly (readonly Inline[])[]): readonly Block[] {
  return items.length === 0 ? [] : [{ kind: 'list', items }];
}

/** Sections one after the other, each under its title. */
export function withTitles(sections: readonly BacktestSection[]): readonly Block[] {
  return sections.flatMap(({ title, blocks }) => [paragraph(strong(title)), ...blocks]);
}
