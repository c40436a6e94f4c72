import type { Backtest, BacktestPolicy } from '../../api/index.ts';
import { type Inline, separated, strong } from '../markdown/index.ts';
import { isHeldAlike, isOurs, ourPolicy, standing } from './compare-policies.ts';
import { amount, percent, perDay, times } from './words.ts';

/** What it comes to, in a few sentences; the first is the one to remember. */
export function verdict(backtest: Backtest): readonly (readonly Inline[])[] {
  const ours = ourPolicy(backtest);
  const beyond = beyondSentence(backtest);
  if (ours === undefined) {
    return [['None of the policies is ours: name sla or sla-floor to compare with.'], ...beyond];
  }
  return [
    [strong(mainSentence(ours, perDay(backtest.judged)))],
    ...staticSentence(backtest, ours),
    ...othersSentences(backtest, ours),
    ...beyond,
  ];
}

function mainSentence(ours: BacktestPolicy, aDay: string): string {
  const beside = ours.timesOracle === null ? '' : `, ${times(ours.timesOracle)} those of perfect foresight`;
  const limit =
    ours.timesLimitedOracle === null
      ? ''
      : ` and ${times(ours.timesLimitedOracle)} the least that as many changes ${aDay} allow`;
  return `${ours.label} would have kept ${percent(ours.attainment)} of the requests inside the SLA with ${amount(ours.gpuHours)} GPU-hours${beside}${limit}, by ${amount(ours.proposalsPerDay)} ${ours.proposalsPerDay === 1 ? 'proposal' : 'proposals'} ${aDay}.`;
}

/** What is missed there says nothing of a policy. */
function beyondSentence({ beyondMost, setting: { most } }: Backtest): readonly (readonly Inline[])[] {
  if (beyondMost === undefined || beyondMost.worst === null) return [];
  const { minutes, worst } = beyondMost;
  const needed = `${amount(minutes)} judged ${minutes === 1 ? 'minute needed' : 'minutes needed'}`;
  return [
    [
      `${needed} more than any policy may ask for (${pair(most)} replicas, 1.25 × what the worst training minute needed), up to ${pair(worst)}: there every policy misses requests.`,
    ],
  ];
}

function pair({ prefill, decode }: Backtest['setting']['most']): string {
  return `${amount(prefill)} prefill and ${amount(decode)} decode`;
}

/** What most people run. */
function staticSentence({ policies }: Backtest, ours: BacktestPolicy): readonly (readonly Inline[])[] {
  const fixed = policies.find(({ channel }) => channel === 'static');
  if (fixed === undefined || fixed.gpuHours === 0) return [];
  const change = (ours.gpuHours - fixed.gpuHours) / fixed.gpuHours;
  const words = `${percent(Math.abs(change))} ${change <= 0 ? 'fewer' : 'more'} GPU-hours`;
  return [[`That is ${words} than ${fixed.label}, which would have kept ${percent(fixed.attainment)}.`]];
}

function othersSentences(
  { policies, setting, judged }: Backtest,
  ours: BacktestPolicy,
): readonly (readonly Inline[])[] {
  const others = policies.filter((policy) => policy.channel !== 'oracle' && !isOurs(policy));
  const worseThan = others.filter((other) => standing(ours, other) === 'ours-worse');
  const alike = others.filter((other) => isHeldAlike(other, { setting }));
  const lost = worseThan.filter((other) => alike.includes(other));
  const free = worseThan.filter((other) => !alike.includes(other));
  return [
    ...(alike.length === 0 ? [] : [alikeSentence(alike, lost, ours, setting.proposalsPerDay)]),
    ...(free.length === 0
      ? []
      : [
          [
            `Better than ${ours.name}, with more freedom: `,
            ...separated(free.map((one) => [`${one.label} (${amount(one.changesPerDay)} changes ${perDay(judged)})`])),
            '.',
          ],
        ]),
  ];
}

function alikeSentence(
  alike: readonly BacktestPolicy[],
  lost: readonly BacktestPolicy[],
  ours: BacktestPolicy,
  proposalsPerDay: number,
): readonly Inline[] {
  const held = `Of the policies that are held to the same lead and at most ${proposalsPerDay} proposals a day`;
  if (lost.length > 0) {
    const verb =
      lost.length === 1 ? 'keeps as much for less, or more for as much' : 'keep as much for less, or more for as much';
    return [`${held}, `, ...separated(lost.map(({ label }) => [label])), ` ${verb}.`];
  }
  const beaten = alike.filter((other) => standing(ours, other) === 'ours-better').length;
  const trade = 'cost more to keep more, or cost less and keep less';
  if (beaten === alike.length)
    return [`${held}, none keeps as much for as little: ${ours.name} is better than every one.`];
  return beaten === 0
    ? [`${held}, none keeps as much for as little: all of them ${trade}.`]
    : [
        `${held}, none keeps as much for as little: ${ours.name} is better than ${beaten} of ${alike.length}, and the others ${trade}.`,
      ];
}
