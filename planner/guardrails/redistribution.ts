import { formatQuantity as q } from '../quantity.ts';
import { type Guardrail, moved } from './guardrail.ts';

/**
 * The N/(N − 1) check: what the replicas that go now carry is spread over those that stay, which must not be busier than
 * allowed. Looks at scale-downs alone; a number that stands above its maximum may always fall to it.
 */
export const redistribution: Guardrail = (wanted, { current, limits, setting, demandReplicas }) => {
  if (demandReplicas === undefined || wanted >= current || !Number.isFinite(demandReplicas)) return undefined;
  const { maxUtilization } = setting;
  const needed = Math.ceil(demandReplicas / maxUtilization - 1e-9);
  const lowest = Math.min(current, needed, limits.max?.replicas ?? Number.POSITIVE_INFINITY);
  const busy = `${q((demandReplicas / Math.max(1, wanted)) * 100)} %`;
  return moved(
    'redistribution',
    wanted,
    Math.max(wanted, lowest),
    `spread over ${wanted}, the demand would use ${busy} of the capacity, and a scale-down may leave at most ${q(maxUtilization * 100)} %`,
  );
};
