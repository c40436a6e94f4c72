import type { Policy } from './policy.ts';

/** What the worst minute of the training days needed, for good: what capacity planning from a peak comes to. */
export const staticPeak: Policy = {
  name: 'static',
  label: 'static at the training peak',
  channel: 'static',
  everySeconds: 86_400,
  start: ({ trainingPeak }) => ({ observe: () => undefined, decide: () => trainingPeak }),
};
