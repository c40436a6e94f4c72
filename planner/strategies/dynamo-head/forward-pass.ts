/** What one iteration of an engine's scheduler processes. */
export interface ForwardPass {
  readonly prefillTokens: number;
  readonly decodeRequests: number;
  /** Tokens in the KV cache of the decoding requests. */
  readonly decodeKvTokens: number;
}

/** Seconds that a forward pass takes. */
export type ForwardPassTime = (pass: ForwardPass) => number;

/** Coefficients of a linear time, milliseconds each: the constant, and what a token, a request and a cached token add. */
export interface LinearForwardPass {
  readonly constantMs: number;
  readonly prefillTokenMs: number;
  readonly decodeRequestMs: number;
  readonly decodeKvTokenMs: number;
}

/**
 * A linear model of the forward pass. Dynamo's own model is a closed library, so that the reference cases declare a
 * linear one in its place.
 */
export function linearForwardPass(linear: LinearForwardPass): ForwardPassTime {
  return ({ prefillTokens, decodeRequests, decodeKvTokens }) =>
    (linear.constantMs +
      linear.prefillTokenMs * prefillTokens +
      linear.decodeRequestMs * decodeRequests +
      linear.decodeKvTokenMs * decodeKvTokens) /
    1000;
}

/** The time of data-parallel ranks that share a pass as evenly as possible: they wait for the slowest. */
export function acrossRanks(time: ForwardPassTime, ranks: number): ForwardPassTime {
  if (ranks <= 1) return time;
  return ({ prefillTokens, decodeRequests, decodeKvTokens }) => {
    const times = Array.from({ length: ranks }, (_, rank) =>
      time({
        prefillTokens: shareOf(prefillTokens, ranks, rank),
        decodeRequests: shareOf(decodeRequests, ranks, rank),
        decodeKvTokens: shareOf(decodeKvTokens, ranks, rank),
      }),
    );
    return Math.max(...times);
  };
}

/** The first ranks take one more where a whole number does not divide evenly. */
function shareOf(total: number, ranks: number, rank: number): number {
  const remainder = total % ranks;
  return (total - remainder) / ranks + (rank < remainder ? 1 : 0);
}
