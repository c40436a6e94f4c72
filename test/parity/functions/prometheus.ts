import { isObject, type JsonObject, type JsonValue, stringAt, valueAt } from '../../../api/index.ts';
import type { Replay } from './shared.ts';

const PREFIX = 'dynamo_frontend';

export const prometheusFunctions: { readonly [name: string]: Replay } = {
  'seed.prometheus.get_average_metric': (input) => {
    const values = answered(input);
    return {
      value: values.length === 0 ? 0 : sum(values) / values.length,
      query: averageQuery(stringAt(input, 'metric') ?? '', intervalOf(input)),
    };
  },

  'seed.prometheus.get_avg_request_count': (input) => ({
    value: sum(answered(input)),
    query: countQuery(intervalOf(input)),
  }),

  /** The texts of the six reads of an interval, sorted: which of them stands where is the recorder's choice. */
  'seed.prometheus.queries': (input) => {
    const interval = intervalOf(input);
    return {
      get_avg_inter_token_latency: averageQuery('inter_token_latency_seconds', interval),
      get_avg_time_to_first_token: averageQuery('time_to_first_token_seconds', interval),
      get_avg_request_duration: averageQuery('request_duration_seconds', interval),
      get_avg_request_count: countQuery(interval),
      get_avg_input_sequence_tokens: averageQuery('input_sequence_tokens', interval),
      get_avg_output_sequence_tokens: averageQuery('output_sequence_tokens', interval),
    };
  },
};

function intervalOf(input: JsonValue): string {
  const interval = valueAt(input, 'interval') ?? valueAt(input, 'args', 'adjustment_interval') ?? '60s';
  return typeof interval === 'number' ? `${interval}s` : String(interval);
}

function fullName(metric: string): string {
  return metric.startsWith(PREFIX) ? metric : `${PREFIX}_${metric}`;
}

function averageQuery(metric: string, interval: string): string {
  const name = fullName(metric);
  return `increase(${name}_sum[${interval}])/increase(${name}_count[${interval}])`;
}

function countQuery(interval: string): string {
  return `increase(${fullName('requests_total')}[${interval}])`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * Values of the series that belong to the model and the namespace: the model whatever its case, the namespace to the
 * letter. A read that fails counts as one without series.
 */
function answered(input: JsonValue): readonly number[] {
  const [model, namespace] = [stringAt(input, 'model'), stringAt(input, 'namespace')];
  const result = valueAt(input, 'result');
  if (valueAt(input, 'raise') === true || !Array.isArray(result) || model === undefined) return [];
  return result.flatMap((row) => {
    const series = seriesOf(row);
    if (series === undefined || series.model === '' || series.namespace !== namespace) return [];
    return series.model.toLowerCase() === model.toLowerCase() ? [series.value] : [];
  });
}

interface Series {
  readonly model: string;
  readonly namespace: string | undefined;
  readonly value: number;
}

/** Labels that the original declares: each must be text where it is there. Other labels pass. */
const LABELS = ['container', 'dynamo_namespace', 'endpoint', 'instance', 'job', 'model', 'namespace', 'pod'] as const;

/** A row of an instant query, or undefined where it has not the form of one. */
function seriesOf(row: JsonValue): Series | undefined {
  const metric = valueAt(row, 'metric');
  const pair = valueAt(row, 'value');
  if (
    !isObject(metric) ||
    !Array.isArray(pair) ||
    pair.length !== 2 ||
    !LABELS.every((name) => isLabel(metric, name))
  ) {
    return undefined;
  }
  const [time, value] = pair.map(floatOf);
  if (time === undefined || value === undefined) return undefined;
  return { model: stringAt(metric, 'model') ?? '', namespace: stringAt(metric, 'dynamo_namespace'), value };
}

function isLabel(metric: JsonObject, name: string): boolean {
  const label = valueAt(metric, name);
  return label === undefined || label === null || typeof label === 'string';
}

function floatOf(value: JsonValue): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return undefined;
  const text = value.trim().toLowerCase();
  if (/^[+-]?nan$/.test(text)) return Number.NaN;
  if (/^[+-]?inf(inity)?$/.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}
