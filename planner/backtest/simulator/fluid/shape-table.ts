import { prefillMs } from '../../../capacity/index.ts';
import type { EngineSpec } from '../../engine/index.ts';
import { LENGTHS, type RequestShape, requestLengths } from '../../workload/index.ts';
import type { StepWait } from './step-wait.ts';

/**
 * Outputs are as long as the mean of their slice of the distribution, by where slices end; finer at its ends, since long
 * ones fill the KV cache, and short ones feel each step.
 */
const SLICE_ENDS = [0.12, 0.4, 0.7, 0.9, 0.98, 1];
export const CLASSES = SLICE_ENDS.length;

/** Slice of each of the equally likely lengths. */
export const CLASS_OF_LENGTH = Uint8Array.from({ length: LENGTHS }, (_, index) =>
  SLICE_ENDS.findIndex((end) => index < end * LENGTHS),
);
/** Share of the requests in each. */
export const CLASS_SHARES = Float64Array.from(
  SLICE_ENDS,
  (_, place) => CLASS_OF_LENGTH.reduce((sum, one) => sum + (one === place ? 1 : 0), 0) / LENGTHS,
);

/** How much the mean ITL of requests of the same time differs, for the replicas are not all alike at work. */
const ITL_SPREAD = 0.005;

/** Cells of the table of who is in time. */
const WAITS = 256;

/** What a shape of requests means on an engine. Times are seconds. */
export class ShapeTable {
  readonly islTokens: Float64Array;
  readonly prefillSeconds: Float64Array;
  readonly meanPrefill: number;
  /** Mean time until a replica that is found at work is done with its prompt: E[S²] ÷ 2E[S]. */
  readonly residualPrefill: number;
  readonly classTokens: Float64Array;
  /** One over the same. */
  readonly perClassToken: Float64Array;
  /** Mean of one over the lengths in each class, and of its square: what a wait before the first step adds to each token. */
  readonly #inverses: Float64Array;
  readonly #squaredInverses: Float64Array;
  readonly meanOslTokens: number;
  /** What a request inside has put out on average, beyond what outputs as long as their class would have. */
  readonly missingTokens: number;
  /** Share of requests that no replica would answer in time. */
  readonly hopeless: number;
  readonly #shares: Float64Array;
  readonly #cellsPerSecond: number;

  /** @param ttftMs what prefill, transfer and waiting must stay within */
  constructor(engine: EngineSpec, shape: RequestShape, ttftMs: number) {
    this.islTokens = requestLengths(shape.islTokens, shape.islVariation);
    this.prefillSeconds = this.islTokens.map((tokens) => prefillMs(engine.model.prefill, tokens) / 1000);
    let sum = 0;
    let squares = 0;
    for (const one of this.prefillSeconds) {
      sum += one;
      squares += one * one;
    }
    this.meanPrefill = sum / LENGTHS;
    this.residualPrefill = squares / (2 * sum);
    const outputs = outputClasses(requestLengths(shape.oslTokens, shape.oslVariation), shape.oslTokens);
    this.classTokens = outputs.classTokens;
    this.perClassToken = outputs.classTokens.map((tokens) => 1 / tokens);
    this.#inverses = outputs.inverses;
    this.#squaredInverses = outputs.squaredInverses;
    this.meanOslTokens = shape.oslTokens;
    this.missingTokens = outputs.missingTokens;
    const allowance = (ttftMs - engine.transferMs) / 1000;
    this.#shares = sharesInTime(this.prefillSeconds, allowance);
    this.#cellsPerSecond = WAITS / Math.max(allowance, Number.MIN_VALUE);
    this.hopeless = 1 - (this.#shares[0] ?? 0);
  }

  /**
   * A request waits for the step that runs to end before it joins.
   * @param waits by output class, how much longer than a step a token takes for that, in steps, beyond that wait over an output as
   * long as the class
   * @param perSpreads one over the standard deviation of the same, with what replicas differ in
   */
  setWaits({ mean, variance }: StepWait, waits: Float64Array, perSpreads: Float64Array): void {
    for (let place = 0; place < CLASSES; place += 1) {
      const inverse = this.#inverses[place] ?? 0;
      waits[place] = mean * (inverse - (this.perClassToken[place] ?? 0));
      const square = (this.#squaredInverses[place] ?? 0) * (variance + mean * mean);
      perSpreads[place] = 1 / (ITL_SPREAD + Math.sqrt(Math.max(0, square - (inverse * mean) ** 2)));
    }
  }

  /** Share of requests that are in time if they wait so long. */
  inTime(waitSeconds: number): number {
    const place = waitSeconds * this.#cellsPerSecond;
    if (!(place < WAITS)) return 0;
    // Truncated by the operator: an index that is known to be a whole number is not checked again.
    const cell = place | 0;
    const low = this.#shares[cell] ?? 0;
    return low + (place - cell) * ((this.#shares[cell + 1] ?? 0) - low);
  }
}

interface OutputClasses {
  readonly classTokens: Float64Array;
  readonly inverses: Float64Array;
  readonly squaredInverses: Float64Array;
  readonly missingTokens: number;
}

function outputClasses(osl: Float64Array, meanOslTokens: number): OutputClasses {
  const classTokens = new Float64Array(CLASSES);
  const inverses = new Float64Array(CLASSES);
  const squaredInverses = new Float64Array(CLASSES);
  let squares = 0;
  for (const [index, tokens] of osl.entries()) {
    const place = CLASS_OF_LENGTH[index] ?? 0;
    const weight = 1 / (LENGTHS * (CLASS_SHARES[place] ?? 1));
    // Outputs are whole tokens, one at least.
    const inverse = 1 / Math.max(1, tokens);
    squares += (tokens * tokens) / LENGTHS;
    classTokens[place] = (classTokens[place] ?? 0) + weight * tokens;
    inverses[place] = (inverses[place] ?? 0) + weight * inverse;
    squaredInverses[place] = (squaredInverses[place] ?? 0) + weight * inverse * inverse;
  }
  const ofClasses = classTokens.reduce((sum, tokens, place) => sum + (CLASS_SHARES[place] ?? 0) * tokens * tokens, 0);
  return {
    ...{ classTokens, inverses, squaredInverses },
    missingTokens: (squares - ofClasses) / (2 * meanOslTokens),
  };
}

/** Share of prompts that are prefilled within what waits from none to the whole allowance leave. */
function sharesInTime(prefillSeconds: Float64Array, allowance: number): Float64Array {
  const shares = new Float64Array(WAITS + 1);
  if (allowance <= 0) return shares;
  let fitting = 0;
  for (let cell = WAITS; cell >= 0; cell -= 1) {
    const left = allowance * (1 - cell / WAITS);
    while (fitting < LENGTHS && (prefillSeconds[fitting] ?? 0) <= left) fitting += 1;
    shares[cell] = fitting / LENGTHS;
  }
  return shares;
}
