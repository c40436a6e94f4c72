/** The time ahead that a decision weighs, from the lead on: beyond it whatever is decided now is long decided anew. */
const HORIZON_SECONDS = 9000;

/** Each stretch is at least as long as a bucket, and as a share of its distance from the lead. */
const GROWTH = 0.5;

/** Where the stretches of the time ahead begin, in buckets from the newest: close together first, then ever wider. */
export function horizonSteps(leadSeconds: number, bucketSeconds: number): readonly number[] {
  const lead = Math.max(1, Math.ceil(leadSeconds / bucketSeconds));
  const steps: number[] = [];
  const last = lead + HORIZON_SECONDS / bucketSeconds;
  for (let step = lead; step <= last; step += Math.max(1, Math.round(GROWTH * (step - lead)))) steps.push(step);
  return steps;
}
