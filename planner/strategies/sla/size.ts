import { type Result, type SlaSettings, succeed } from '../../../api/index.ts';
import { forecastBucketSeconds } from '../../forecast/index.ts';
import { hold, type SizedGraph, type SizeGraph } from '../strategy.ts';
import { arrivingTraffic } from './arrivals.ts';
import { decideSla } from './decide.ts';
import { trafficState } from './recent-traffic.ts';
import { sizeIdle } from './size-idle.ts';
import { sizedServices } from './sized-services.ts';
import { slaWorkers } from './sla-workers.ts';

/**
 * Sizes the workers of a graph so that TTFT and ITL stay within the SLA at a percentile, with what is forecast from the
 * time that a change can serve until it is changed again. docs/sizing.md has the formulas.
 */
export const sizeWithSla: SizeGraph<SlaSettings> = (settings, context) => {
  const found = slaWorkers(context);
  if (found.kind === 'held') return held(found.code, found.reason);
  const { workers } = found;
  const { sla, metrics, atMs } = context;
  if (!sla.ok) return sla;
  if (metrics.kind === 'unavailable') return held(metrics.code ?? 'no-data', metrics.reason);
  const measured = metrics.series;
  if (measured.model.toLowerCase() !== workers.modelName.toLowerCase()) {
    const reason = `the metrics are of the model "${measured.model}", and the graph serves "${workers.modelName}"`;
    return held('no-data', reason);
  }
  const arriving = arrivingTraffic(measured, context.lost);
  const { recentSeconds, forecast } = settings;
  const decidingSeconds = forecastBucketSeconds(measured.bucketSeconds, forecast);
  const state = trafficState(arriving.series, { decidingSeconds, recentSeconds, atMs });
  switch (state.kind) {
    case 'no-data':
      return held('no-data', state.reason);
    case 'idle':
      return sizeIdle(workers, settings, state);
    case 'traffic': {
      const question = { settings, context, sla: sla.value, workers, arriving, recent: state.recent, decidingSeconds };
      const decided = decideSla(question);
      if (!decided.ok) return decided;
      return decided.value.kind === 'held' ? succeed(decided.value) : sizedServices(decided.value.decision);
    }
  }
};

function held(...why: Parameters<typeof hold>): Result<SizedGraph> {
  return succeed(hold(...why));
}
