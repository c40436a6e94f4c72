import { type Guardrail, moved } from './guardrail.ts';

/** What is missing may have been a peak, and numbers that contradict each other show no demand that may be counted on. */
export const dataQuality: Guardrail = (wanted, { current, doubts }) => {
  const [doubt, ...more] = doubts ?? [];
  if (doubt === undefined || wanted >= current) return undefined;
  return moved('data-quality', wanted, current, `scale-down waits, since ${[doubt, ...more].join(', and ')}`);
};
