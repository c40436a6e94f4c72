import type { PlanReason } from '../../api/index.ts';
import type { FoundSeries } from './find-series.ts';
import type { TrafficColumn } from './traffic-series.ts';

/** Reasons with the query behind each number that was measured, so that anybody can ask for it again. */
export function citeQueries(reasons: readonly PlanReason[], metrics: FoundSeries): readonly PlanReason[] {
  if (metrics.kind === 'unavailable') return reasons;
  const queries = new Map(Object.entries(metrics.series.provenance.queries) as [TrafficColumn, string][]);
  return reasons.map((reason) => {
    const query = reason.stage === 'observed' ? queries.get(reason.name as TrafficColumn) : undefined;
    return query === undefined ? reason : { ...reason, query };
  });
}
