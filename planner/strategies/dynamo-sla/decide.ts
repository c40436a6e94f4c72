import { engineModel } from '../../capacity/engine-model.ts';
import { at } from '../../capacity/numeric.ts';
import { forecast, observe, type PredictorSettings, startPredictor } from '../../forecast/index.ts';
import { type ArithmeticFailure, describeFailure } from './arithmetic.ts';
import { decodeCorrection, prefillCorrection, UNCORRECTED } from './correction.ts';
import type { DynamoSlaDecision, DynamoSlaInput, ObservedWindow } from './decision.ts';
import { sizeDecode, sizePrefill } from './replicas.ts';
import { missingMeans } from './validity.ts';

/**
 * Sizes prefill and decode for the window after the last one, as Dynamo's SLA planner of 2026-02 does: every window
 * teaches the predictors, the last one alone corrects the profile, and neither GPU budget nor limits have a part yet.
 *
 * Its weaknesses are kept on purpose: this is the strategy to compare others with.
 */
export function decideDynamoSla(input: DynamoSlaInput): DynamoSlaDecision {
  const { settings, windows } = input;
  if (windows.length === 0) return undecided('there is no metrics window to decide on');
  const last = at(windows, windows.length - 1);
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

  const predicted = {
    requestCount: nextValue(input, (window) => window.requestCount),
    islTokens: nextValue(input, (window) => window.islTokens),
    oslTokens: nextValue(input, (window) => window.oslTokens),
  };
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

/** The predictor that the settings ask for; one such predictor forecasts each of count, prompt and output length. */
function predictorSettings({
  predictor,
  log1p,
  kalman,
}: Pick<DynamoSlaInput['settings'], 'predictor' | 'log1p' | 'kalman'>): PredictorSettings {
  return predictor === 'kalman' ? { kind: 'kalman', log1p, noise: kalman } : { kind: 'constant' };
}

function nextValue({ settings, windows }: DynamoSlaInput, read: (window: ObservedWindow) => number): number {
  const taught = windows.map(read).reduce(observe, startPredictor(predictorSettings(settings)));
  return forecast(taught).value;
}

function failed(what: string, failure: ArithmeticFailure): DynamoSlaDecision {
  return undecided(`${what}: ${describeFailure(failure)}`);
}

function undecided(reason: string): DynamoSlaDecision {
  return { kind: 'no-decision', reason };
}
