import { isoTime } from '../metrics/index.ts';
import { type Guardrail, moved } from './guardrail.ts';

/** No scale-down soon after a scale-up: its effect is not seen yet, and a load that swings would move the number with it. */
export const stabilization: Guardrail = (wanted, { current, history, setting: { stabilizationSeconds } }) => {
  if (history.kind !== 'seen' || history.lastScaleUpMs === undefined || wanted >= current) return undefined;
  const until = history.lastScaleUpMs + stabilizationSeconds * 1000;
  return moved(
    'stabilization',
    wanted,
    current,
    `scale-down waits until ${isoTime(until)}, ${stabilizationSeconds} s after the scale-up of ${isoTime(history.lastScaleUpMs)}`,
  );
};
