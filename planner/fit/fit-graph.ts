import {
  DEMAND_QUANTITIES,
  type DemandQuantity,
  type Digest,
  digestOf,
  type FittedModel,
  type FittedQuantity,
  type ForecastSetting,
  SCHEMA_VERSION,
} from '../../api/index.ts';
import { demandHistory, forecastBucketSeconds, horizonIn } from '../forecast/index.ts';
import { isoTime, type TrafficSeries } from '../metrics/index.ts';
import { arrivingTraffic } from '../strategies/sla/arrivals.ts';
import { fitQuantity } from './fit-quantity.ts';

/** Less than a day says nothing about the next one. */
const LEAST_SECONDS = 86_400;

export interface GraphFitSetting {
  readonly name: string;
  readonly namespace: string;
  readonly environment: string;
  readonly forecast: ForecastSetting;
  /** End of the history, and the time that the model says it was made at. */
  readonly at: Date;
}

/** A quantity that keeps the default forecast, and why. */
export interface RefusedQuantity {
  readonly quantity: DemandQuantity;
  readonly reason: string;
}

export type GraphFit =
  | {
      readonly kind: 'fitted';
      readonly model: FittedModel;
      readonly refused: readonly RefusedQuantity[];
      /** Why no late price was chosen, where one was asked for. */
      readonly refusedPrice?: string;
      /** What of the metrics was left out, in words. */
      readonly notes?: readonly string[];
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** Fits every quantity of one graph that its history tells enough about, to the traffic that `sla` sizes for. Pure. */
export function fitGraph(measured: TrafficSeries, setting: GraphFitSetting): GraphFit {
  const { series } = arrivingTraffic(measured);
  const { name, namespace, environment, forecast, at } = setting;
  const spanSeconds = series.length * series.bucketSeconds;
  if (spanSeconds < LEAST_SECONDS) {
    const hours = (spanSeconds / 3600).toFixed(1);
    return { kind: 'refused', reason: `the history is ${hours} hours long; it takes at least ${LEAST_SECONDS / 3600}` };
  }
  const bucketSeconds = forecastBucketSeconds(series.bucketSeconds, forecast);
  const quantities: { [quantity in DemandQuantity]?: FittedQuantity } = {};
  const refused: RefusedQuantity[] = [];
  for (const quantity of DEMAND_QUANTITIES) {
    const history = demandHistory(series, quantity, bucketSeconds)?.values ?? new Float64Array();
    const fit = fitQuantity(history, bucketSeconds, horizonIn(forecast, bucketSeconds));
    if (fit.kind === 'fitted') quantities[quantity] = fit.quantity;
    else refused.push({ quantity, reason: fit.reason });
  }
  const [first] = refused;
  if (refused.length === DEMAND_QUANTITIES.length && first !== undefined) {
    return { kind: 'refused', reason: `${first.quantity}: ${first.reason}` };
  }
  const { leadSeconds, holdSeconds, level } = forecast;
  const model: FittedModel = {
    schemaVersion: SCHEMA_VERSION,
    kind: 'fitted-model',
    createdAt: isoTime(at.getTime()),
    ...{ deployment: name, namespace, environment, bucketSeconds },
    horizon: { leadSeconds, holdSeconds, level },
    training: trainingOf(series),
    quantities,
  };
  return { kind: 'fitted', model, refused };
}

function trainingOf(series: TrafficSeries): FittedModel['training'] {
  const measured = (series.columns.requestCount ?? new Float64Array()).filter((value) => !Number.isNaN(value)).length;
  return {
    start: isoTime(series.startMs),
    end: isoTime(series.startMs + series.length * series.bucketSeconds * 1000),
    buckets: series.length,
    measured,
    source: series.provenance.source,
    digest: digestOfNumbers(series),
  };
}

/** Of the columns that forecasts are made of, and of their place in time. */
function digestOfNumbers({ startMs, bucketSeconds, columns }: TrafficSeries): Digest {
  const { requestCount, islTokens, oslTokens } = columns;
  const parts = [Float64Array.of(startMs, bucketSeconds), requestCount, islTokens, oslTokens];
  return digestOf(
    parts
      .map((part) => digestOf(part === undefined ? '' : new Uint8Array(part.buffer, part.byteOffset, part.byteLength)))
      .join('\n'),
  );
}
