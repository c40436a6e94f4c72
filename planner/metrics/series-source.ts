import { type MetricsEvidence, succeed } from '../../api/index.ts';
import { cutFound } from './cut-found.ts';
import { findSeries } from './find-series.ts';
import type { MetricsSource } from './source.ts';
import type { TrafficSeries } from './traffic-series.ts';

/** Series that are in memory already, as a source; they keep their own buckets, whatever length is asked for. */
export function seriesSource(
  description: string,
  series: readonly TrafficSeries[],
  evidence: MetricsEvidence,
): MetricsSource {
  return {
    description,
    async read(request) {
      return succeed(cutFound(findSeries(series, request.graph), request));
    },
    evidence: () => evidence,
  };
}
