/** Numbers of a prediction, by the name of what they predict; null where a predictor has no opinion. */
export type PartialPrediction = ReadonlyMap<string, number | null>;

/** One predictor's answer. Lower numbers have priority. */
export interface PredictorAnswer {
  readonly predictor: string;
  readonly priority: number;
  /** Whether nobody after it is asked. */
  readonly isFinal: boolean;
  readonly prediction: PartialPrediction | undefined;
  readonly reason: string;
}

export interface MergedPrediction {
  /** Undefined where nobody predicted anything. */
  readonly prediction: PartialPrediction | undefined;
  readonly finalFrom: string | undefined;
  /** Whether the final answer came after others of higher priority, and so did not stop them. */
  readonly isFinalLate: boolean;
  readonly reasons: readonly string[];
}

/** Completes a prediction in the order of priority: whoever gives a number first is heard. Source: `chain_augment`, 2026-08. */
export function mergePredictions(answers: readonly PredictorAnswer[]): MergedPrediction {
  const ordered = [...answers].sort((one, other) => one.priority - other.priority);
  const finalAt = ordered.findIndex(({ isFinal }) => isFinal);
  const heard = finalAt < 0 ? ordered : ordered.slice(0, finalAt + 1);
  const predictions = heard.flatMap(({ prediction }) => (prediction === undefined ? [] : [prediction]));
  const merged = new Map<string, number | null>();
  for (const [name, value] of predictions.flatMap((prediction) => [...prediction])) {
    merged.set(name, merged.get(name) ?? value);
  }
  const final = ordered[finalAt];
  return {
    prediction: predictions.length === 0 ? undefined : merged,
    finalFrom: final?.predictor,
    isFinalLate: final !== undefined && heard.some(({ priority }) => priority < final.priority),
    reasons: heard.map(({ reason }) => reason).filter((reason) => reason !== ''),
  };
}
