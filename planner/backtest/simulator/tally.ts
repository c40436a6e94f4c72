/** What is counted while a simulation runs; fractions of requests in the fluid form. */
export interface Tally {
  requests: number;
  attained: number;
  missed: number;
  ttftMisses: number;
  itlMisses: number;
  abandoned: number;
  hopeless: number;
  prefillDraining: number;
  decodeDraining: number;
}

export function emptyTally(): Tally {
  return {
    requests: 0,
    attained: 0,
    missed: 0,
    ttftMisses: 0,
    itlMisses: 0,
    abandoned: 0,
    hopeless: 0,
    prefillDraining: 0,
    decodeDraining: 0,
  };
}

/** What the metrics of one minute are made of. */
export interface MinuteSums {
  completed: number;
  firstTokens: number;
  ttftSeconds: number;
  itlSeconds: number;
  insideSeconds: number;
  prefillBusySeconds: number;
}

export function emptySums(): MinuteSums {
  return { completed: 0, firstTokens: 0, ttftSeconds: 0, itlSeconds: 0, insideSeconds: 0, prefillBusySeconds: 0 };
}
