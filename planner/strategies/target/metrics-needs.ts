import type { TargetRule } from '../../../api/index.ts';
import type { TrafficColumn } from '../../metrics/index.ts';
import type { MetricsNeeds } from '../../quality/index.ts';

/** No single metric is required: while one has no data, the others may still raise a number. */
export function targetNeeds(rules: readonly TargetRule[]): MetricsNeeds {
  const memory = rules.map(
    ({ windowSeconds, behavior: { scaleUp, scaleDown } }) =>
      windowSeconds + Math.max(scaleUp.stabilizationWindowSeconds, scaleDown.stabilizationWindowSeconds),
  );
  return {
    required: [],
    used: [...new Set(rules.flatMap(({ metrics }) => metrics.map(({ column }): TrafficColumn => column)))],
    decidingSeconds: Math.max(...rules.map(({ windowSeconds }) => windowSeconds)),
    memorySeconds: Math.max(...memory),
  };
}
