import { type PrefillModel, prefillMs } from '../../../capacity/index.ts';
import { type RequestShape, requestLengths } from '../../workload/index.ts';

/** Lengths of the requests of a shape, of which each is as likely. */
export interface DrawnLengths {
  readonly shape: RequestShape;
  readonly islTokens: Float64Array;
  readonly prefillSeconds: Float64Array;
  /** Whole tokens, one at least. */
  readonly oslTokens: Int32Array;
}

export function drawnLengths(shape: RequestShape, prefill: PrefillModel): DrawnLengths {
  const islTokens = requestLengths(shape.islTokens, shape.islVariation);
  return {
    shape,
    islTokens,
    prefillSeconds: islTokens.map((tokens) => prefillMs(prefill, tokens) / 1000),
    oslTokens: Int32Array.from(requestLengths(shape.oslTokens, shape.oslVariation), (tokens) =>
      Math.max(1, Math.round(tokens)),
    ),
  };
}
