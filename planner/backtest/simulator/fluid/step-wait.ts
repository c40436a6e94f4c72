/**
 * How long a request that joins a decode replica waits for the step that runs to end, in steps.
 *
 * One that finds a lone replica at any time of a step waits for half of it. Where it may choose, it goes to the replica whose
 * tokens come fastest, and that is likely one that others have just left, which they do at the end of a step: then most of a
 * step is still to come. The more replicas there are, and the more requests leave at each step, the likelier that is.
 *
 * The numbers are fitted to the discrete form with 1 to 16 replicas, loads of 0.5 to 0.95 and outputs of 20 to 500 tokens, where
 * they are within 0.02 of a step.
 */
export interface StepWait {
  /** Mean, from a half up to one. */
  readonly mean: number;
  readonly variance: number;
}

/** @param perStep requests that join one replica while it takes a step */
export function stepWait(replicas: number, perStep: number): StepWait {
  const pull = ((PER_REQUEST * perStep) / (1 + FLATTENING * perStep)) * Math.max(0, replicas - 1) ** OF_REPLICAS;
  const excess = pull / (1 + pull);
  return { mean: (1 + excess) / 2, variance: (1 - excess * excess) / 12 };
}

const [PER_REQUEST, FLATTENING, OF_REPLICAS] = [0.12, 0.55, 0.85];
