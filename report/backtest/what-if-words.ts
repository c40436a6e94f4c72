import type { Backtest, WhatIf } from '../../api/index.ts';
import type { Inline } from '../markdown/index.ts';
import { ourPolicy } from './compare-policies.ts';
import { amount, duration, percent } from './words.ts';

type Trial = Pick<WhatIf['lead'][number], 'attainment' | 'gpuHours' | 'proposalsPerDay'>;

/** A saving that is worth a sentence. */
const LEAST_SAVING = 0.01;
/** Attainment that is as good: a tenth of a percentage point. */
const AS_GOOD = 0.001;

/** What other settings would change, a sentence for each curve that has something to say. */
export function whatIfSentences(backtest: Backtest): readonly (readonly Inline[])[] {
  const { whatIf, setting } = backtest;
  if (whatIf === undefined) return [];
  const base = backtest.policies.find(({ name }) => name === whatIf.policy) ?? ourPolicy(backtest);
  if (base === undefined) return [];
  return [
    ...leadSentences(whatIf, setting.lead, base),
    ...slaSentences(whatIf, setting.sla, base),
    ...budgetSentences(whatIf, base),
  ];
}

function leadSentences(
  { lead }: WhatIf,
  now: Backtest['setting']['lead'],
  base: Trial,
): readonly (readonly Inline[])[] {
  const shorter = lead
    .filter(
      ({ startUpSeconds, reviewSeconds }) =>
        startUpSeconds <= now.startUpSeconds &&
        reviewSeconds <= now.reviewSeconds &&
        startUpSeconds + reviewSeconds < now.startUpSeconds + now.reviewSeconds,
    )
    .filter(({ attainment }) => attainment >= base.attainment - AS_GOOD)
    .map((trial) => ({ trial, saved: 1 - trial.gpuHours / base.gpuHours }))
    .filter(({ saved }) => saved >= LEAST_SAVING);
  return shorter.map(({ trial, saved }) => {
    const parts = [
      ...(trial.startUpSeconds < now.startUpSeconds ? [`start-up to ${duration(trial.startUpSeconds)}`] : []),
      ...(trial.reviewSeconds < now.reviewSeconds ? [`review and sync to ${duration(trial.reviewSeconds)}`] : []),
    ];
    const kept = trial.attainment > base.attainment + AS_GOOD ? `, and keeps ${percent(trial.attainment)}` : '';
    return [`Cutting ${parts.join(' and ')} saves ${Math.round(saved * 100)} % of the GPU-hours${kept}.`];
  });
}

function slaSentences({ sla }: WhatIf, now: Backtest['setting']['sla'], base: Trial): readonly (readonly Inline[])[] {
  return sla
    .filter(({ ttftMs, itlMs }) => ttftMs !== now.ttftMs || itlMs !== now.itlMs)
    .map((trial) => ({ trial, change: trial.gpuHours / base.gpuHours - 1 }))
    .filter(({ change }) => Math.abs(change) >= LEAST_SAVING)
    .map(({ trial, change }) => [
      `A TTFT of ${amount(trial.ttftMs)} ms and an ITL of ${amount(trial.itlMs)} ms would take ${Math.round(Math.abs(change) * 100)} % ${change < 0 ? 'fewer' : 'more'} GPU-hours (${percent(trial.attainment)} kept).`,
    ]);
}

/** The smallest budget that costs nothing, and what the next smaller one costs. */
function budgetSentences({ budget }: WhatIf, base: Trial): readonly (readonly Inline[])[] {
  const sorted = [...budget].sort((one, other) => one.maxGpus - other.maxGpus);
  const enough = sorted.findIndex(({ attainment }) => attainment >= base.attainment - AS_GOOD);
  const [least, below] = [sorted[enough], sorted[enough - 1]];
  if (least === undefined) return [];
  const less = below === undefined ? '' : `; ${below.maxGpus} would keep ${percent(below.attainment)}`;
  return [[`A budget of ${least.maxGpus} GPUs would do${less}.`]];
}
