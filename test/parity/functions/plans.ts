import { type JsonValue, objectAt, valueAt } from '../../../api/index.ts';
import type { EngineModel } from '../../../planner/index.ts';
import { number } from '../python.ts';
import { type PairDecision, planWindow, startPlanner, targetOf } from './planner.ts';
import { modelOf, numberAt, numberOr, type Replay, windowAt } from './shared.ts';

export const planFunctions: { readonly [name: string]: Replay } = {
  'seed.plan_adjustment': (input, profiles) => {
    const args = objectAt(input, 'args') ?? {};
    const decision = planWindow(
      startPlanner(args, modelOf(input, profiles)),
      windowAt(input, 'metrics'),
      numberAt(input, 'num_d_workers'),
    );
    return {
      prefill_raw: decision.prefill,
      decode_raw: decision.decode,
      p_correction_factor: decision.planner.prefillCorrection.factor,
      d_correction_factor: decision.planner.decodeCorrection.factor,
      target: targetPair(args, decision),
    };
  },

  'seed.upstream.replica_calc': (input) => {
    const args = objectAt(input, 'args') ?? {};
    const start = startPlanner(args, engineThatAnswers(input));
    const [requestCount, islTokens, oslTokens] = predictedLoad(input);
    const decision = planWindow(
      {
        ...start,
        prefillCorrection: { factor: numberOr(1, input, 'p_correction_factor'), expectedMs: null },
        decodeCorrection: { factor: numberOr(1, input, 'd_correction_factor'), expectedMs: null },
      },
      windowAt(input, 'metrics'),
      numberAt(input, 'num_d_workers_state'),
      {
        requestCount: number(requestCount),
        islTokens: number(islTokens),
        oslTokens: number(oslTokens),
      },
    );
    return { raw: [decision.prefill, decision.decode], target: targetPair(args, decision) };
  },
};

function targetPair(args: JsonValue, decision: PairDecision): readonly number[] | null {
  const target = targetOf(args, decision);
  return target === null ? null : [target.prefill, target.decode];
}

function predictedLoad(input: JsonValue): readonly JsonValue[] {
  const predicted = valueAt(input, 'predicted');
  return Array.isArray(predicted) ? predicted : [];
}

/** An engine that answers the same whatever it is asked, as upstream's tests replace its profile. */
function engineThatAnswers(input: JsonValue): EngineModel {
  const cell = {
    kvIndex: 0,
    contextIndex: 0,
    kvUsage: 0,
    itlMs: numberAt(input, 'interpolated_itl'),
    tokensPerSecondPerGpu: numberAt(input, 'decode_thpt_per_gpu'),
  };
  return {
    ttftMs: () => numberAt(input, 'interpolated_ttft'),
    prefillTokensPerSecondPerGpu: () => numberAt(input, 'prefill_thpt_per_gpu'),
    decodeCell: () => cell,
    bestDecodeCell: () => cell,
  };
}
