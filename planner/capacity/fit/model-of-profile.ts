import type { EngineProfile } from '../engine-profile.ts';
import type { PerformanceModel } from '../performance-model.ts';
import { fitDecode, fitPrefill } from './fit-profile.ts';

const models = new WeakMap<EngineProfile['prefill'], WeakMap<EngineProfile['decode'], PerformanceModel | null>>();

/** The performance model of a profile, fitted once; undefined where its measurements do not differ enough for one. */
export function performanceModel({ prefill, decode }: EngineProfile): PerformanceModel | undefined {
  const known = models.get(prefill)?.get(decode);
  if (known !== undefined) return known ?? undefined;
  const fitted = { prefill: fitPrefill(prefill), decode: fitDecode(decode) };
  const model =
    fitted.prefill === undefined || fitted.decode === undefined
      ? null
      : { prefill: fitted.prefill, decode: fitted.decode };
  const byDecode = models.get(prefill) ?? new WeakMap<EngineProfile['decode'], PerformanceModel | null>();
  byDecode.set(decode, model);
  models.set(prefill, byDecode);
  return model ?? undefined;
}
