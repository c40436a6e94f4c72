import { engineModel } from '../../capacity/engine-model.ts';
import { forecast, observe, type Predictor, startPredictor } from '../../forecast/index.ts';
import { type ArithmeticFailure, describeFailure } from './arithmetic.ts';
import { decodeCorrection, prefillCorrection, UNCORRECTED } from './correction.ts';
import type { DynamoSlaDecision, DynamoSlaInput, ObservedWindow } from './decision.ts';
import { type PredictedLoad, sizeDecode, sizePrefill } from './replicas.ts';
import { missingMeans } from './validity.ts';

/**
 * Sizes prefill and decode for the window after the last one, as Dynamo's SLA planner of 2026-02 does: every window
 * teaches the predictors, the last one alone corrects the profile, and neither GPU budget nor limits have a part yet.
 *
 * Its weaknesses are kept on purpose: this is the strategy to compare others with.
 */
export function decideDynamoSla({ windows, ...question }: DynamoSlaInput): DynamoSlaDecision {
  const last = windows.at(-1);
  if (last === undefined) return undecided('there is no metrics window to decide on');
  return sizeDynamoSla(question, last, expectedLoad(windows.reduce(learnWindow, startLearning(question.settings))));
}

/** What the windows so far taught the predictors. */
export type LearnedLoad = { readonly [quantity in keyof PredictedLoad]: Predictor };

/** One such predictor as the settings ask for forecasts each of count, prompt and output length. */
export function startLearning({ predictor, log1p, kalman }: DynamoSlaInput['settings']): LearnedLoad {
  const start = startPredictor(
    predictor === 'kalman' ? { kind: 'kalman', log1p, noise: kalman } : { kind: 'constant' },
  );
  return { requestCount: start, islTokens: start, oslTokens: start };
}

/** Takes in the next window. */
export function learnWindow(learned: LearnedLoad, window: ObservedWindow): LearnedLoad {
  return {
    requestCount: observe(learned.requestCount, window.requestCount),
    islTokens: observe(learned.islTokens, window.islTokens),
    oslTokens: observe(learned.oslTokens, window.oslTokens),
  };
}

/** What the next window is expected to bring. */
export function expectedLoad({ requestCount, islTokens, oslTokens }: LearnedLoad): PredictedLoad {
  return {
    requestCount: forecast(requestCount).value,
    islTokens: forecast(islTokens).value,
    oslTokens: forecast(oslTokens).value,
  };
}

/** Sizes both roles for an expected load, with the profile corrected by the last window. */
export function sizeDynamoSla(
  input: Omit<DynamoSlaInput, 'windows'>,
  last: ObservedWindow,
  predicted: PredictedLoad,
): DynamoSlaDecision {
  const { settings } = input;
  const missing = missingMeans(last);
  if (missing.length > 0) {
    return undecided(`the last window has no mean for ${missing.join(', ')}: no request gave a measurement in it`);
  }

  const model = engineModel(input.profile);
  const prefillCorrected = settings.correction ? prefillCorrection(model, last) : UNCORRECTED;
  const decodeCorrected = settings.correction
    ? decodeCorrection(model, last, {
        readyDecode: input.readyDecode,
        intervalSeconds: settings.intervalSeconds,
        previous: UNCORRECTED,
      })
    : ({ ok: true, value: UNCORRECTED } as const);
  if (!decodeCorrected.ok) return failed('decode could not be compared with its profile', decodeCorrected.error);

  const { intervalSeconds, minEndpoint } = settings;
  const prefill = sizePrefill(
    model,
    predicted,
    { intervalSeconds, minEndpoint, gpusPerReplica: input.gpusPerReplica.prefill },
    prefillCorrected.factor,
  );
  if (!prefill.ok) return failed('prefill could not be sized', prefill.error);
  const decode = sizeDecode(
    model,
    predicted,
    { intervalSeconds, minEndpoint, gpusPerReplica: input.gpusPerReplica.decode, itlMs: input.sla.itlMs },
    decodeCorrected.value.factor,
  );
  if (!decode.ok) return failed('decode could not be sized', decode.error);

  return {
    kind: 'sized',
    prefill: prefill.value.replicas,
    decode: decode.value.replicas,
    trace: {
      predicted,
      prefill: {
        expectedTtftMs: prefillCorrected.expectedMs,
        correctionFactor: prefillCorrected.factor,
        demandTokensPerSecond: prefill.value.demandTokensPerSecond,
        tokensPerSecondPerGpu: prefill.value.tokensPerSecondPerGpu,
      },
      decode: {
        expectedItlMs: decodeCorrected.value.expectedMs,
        correctionFactor: decodeCorrected.value.factor,
        correctedItlMs: decode.value.correctedItlMs,
        contextTokens: decode.value.contextTokens,
        demandTokensPerSecond: decode.value.demandTokensPerSecond,
        tokensPerSecondPerGpu: decode.value.tokensPerSecondPerGpu,
        kvUsage: decode.value.kvUsage,
      },
    },
  };
}

function failed(what: string, failure: ArithmeticFailure): DynamoSlaDecision {
  return undecided(`${what}: ${describeFailure(failure)}`);
}

function undecided(reason: string): DynamoSlaDecision {
  return { kind: 'no-decision', reason };
}
