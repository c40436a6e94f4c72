import type { StrategySettings } from '../../../api/index.ts';
import type { TrafficSeries } from '../../metrics/index.ts';
import { arrivalVariation } from '../../strategies/sla/variation.ts';
import type { WorkloadSettings } from '../workload/index.ts';

export interface ArrivalSettings {
  readonly settings: Omit<WorkloadSettings, 'seed'>;
  /** How bursty arrivals are made, in a sentence. */
  readonly words: string;
}

/** How bursty a graph's arrivals are, as `sla` takes them to be: by the config, else by the counts of its history. */
export function arrivalSettings(series: TrafficSeries, strategy: StrategySettings): ArrivalSettings {
  const given = strategy.kind === 'sla' ? strategy : undefined;
  const { value, words } = arrivalVariation(series, { first: 0, end: series.length }, given?.arrivalVariation);
  const isl = given?.islVariation;
  return {
    settings: { arrivalVariation: value, ...(isl === undefined ? {} : { islVariation: isl }) },
    words: `The squared variation of the time between arrivals is ${Number(value.toPrecision(3))}: ${words}.`,
  };
}
