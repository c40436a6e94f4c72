import { type Guardrail, moved } from './guardrail.ts';

/** What is missing may have been a peak, and numbers that contradict each other show no demand that may be counted on. */
export const dataQuality: Guardrail = (wanted, { current, doubts, loss }) => {
  if (wanted >= current) return undefined;
  const [doubt, ...more] = doubts ?? [];
  if (doubt !== undefined) {
    return moved('data-quality', wanted, current, `scale-down waits, since ${[doubt, ...more].join(', and ')}`);
  }
  if (loss === undefined || loss.replicasAtWorst <= wanted) return undefined;
  const lowest = Math.min(current, loss.replicasAtWorst);
  const why = `${loss.words}; at worst they held so much that ${loss.replicasAtWorst} are needed`;
  return moved(
    'data-quality',
    wanted,
    lowest,
    `scale-down ${lowest === current ? 'waits' : 'stops here'}, since ${why}`,
  );
};
