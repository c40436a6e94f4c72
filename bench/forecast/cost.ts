import { DEMAND_QUANTITIES } from '../../api/index.ts';
import { fitGraph } from '../../planner/fit/fit-graph.ts';
import { forecastDemand } from '../../planner/forecast/index.ts';
import type { TrafficSeries } from '../../planner/metrics/index.ts';

const SETTING = { leadSeconds: 600, holdSeconds: 1200, level: 0.95 };
const MINUTES_PER_WEEK = 7 * 24 * 60;
const ROUNDS = 7;

/** A wave a day with noise that is the same on every machine, in one-minute buckets. */
function weeksOfMinutes(weeks: number): TrafficSeries {
  const length = Math.round(weeks * MINUTES_PER_WEEK);
  const column = (mean: number, swing: number): Float64Array =>
    Float64Array.from({ length }, (_, minute) => {
      const noise = ((minute * 7919) % 1000) / 1000;
      return mean * (1 + swing * Math.sin((2 * Math.PI * minute) / 1440) + 0.2 * noise);
    });
  return {
    ...{ deployment: 'graph', namespace: 'llm', environment: 'prod', model: 'model' },
    ...{ startMs: 0, bucketSeconds: 60, length },
    columns: { requestCount: column(300, 0.6), islTokens: column(900, 0.1), oslTokens: column(150, 0.1) },
    provenance: { source: 'made up for a benchmark', queries: {} },
  };
}

/** Of a processor, which moves less than the clock while others use the machine. */
function medianMs(work: () => void): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}

/** What `fit` and `plan` spend on one graph, by weeks of one-minute history: each should double from row to row. */
export function costRows(): readonly (readonly string[])[] {
  return [1, 2, 4, 8].map((weeks) => {
    const series = weeksOfMinutes(weeks);
    const at = new Date(series.length * 60_000);
    const place = { name: 'graph', namespace: 'llm', environment: 'prod', forecast: SETTING, at };
    const fit = medianMs(() => fitGraph(series, place));
    const plan = medianMs(() => {
      for (const quantity of DEMAND_QUANTITIES) {
        forecastDemand(series, { quantity, setting: SETTING, fitted: undefined, atMs: at.getTime() });
      }
    });
    return [`${weeks}`, fit.toFixed(0), plan.toFixed(1)];
  });
}
