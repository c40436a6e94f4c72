import { isObject, type JsonObject, type JsonValue } from '../../../api/index.ts';
import { type MetricType, ScaleOn } from '../../autoscaling/scale-on.ts';
import { compact } from '../../graph/compact.ts';
import { Call } from '../declaration.ts';
import { pickList, pickObject, pickText } from '../pick.ts';
import { readBehavior } from './read-behavior.ts';
import { boundsOf, type ReadScaler } from './read-scaler.ts';

/** A HorizontalPodAutoscaler as the properties of an Hpa; undefined where a metric is none that it knows. */
export function readHpa(spec: JsonObject): ReadScaler | undefined {
  const bounds = boundsOf(spec.minReplicas, spec.maxReplicas);
  const metrics = pickList(spec, 'metrics') ?? [];
  const scaleOn = metrics.flatMap((metric) => signalOf(metric) ?? []);
  if (bounds === undefined || scaleOn.length < metrics.length) return undefined;
  return { bounds, props: { scaleOn, ...readBehavior(pickObject(spec, 'behavior')) } };
}

function signalOf(metric: JsonValue): Call | undefined {
  if (!isObject(metric)) return undefined;
  switch (metric.type) {
    case 'Resource': {
      const target = pickObject(pickObject(metric, 'resource'), 'target');
      const utilizationPercent = target?.averageUtilization;
      if (typeof utilizationPercent !== 'number') return undefined;
      return new Call('ScaleOn.cpu', { utilizationPercent }, ScaleOn.cpu({ utilizationPercent }));
    }
    case 'External':
      return externalSignal(pickObject(metric, 'external'));
    default:
      return undefined;
  }
}

function externalSignal(external: JsonObject | undefined): Call | undefined {
  const metric = pickObject(external, 'metric');
  const name = pickText(metric, 'name');
  const target = pickObject(external, 'target');
  const metricType = target?.type;
  if (metricType !== 'Value' && metricType !== 'AverageValue') return undefined;
  const amount = amountOf(metricType === 'Value' ? target?.value : target?.averageValue);
  if (name === undefined || amount === undefined) return undefined;
  const labels = textsOf(pickObject(pickObject(metric, 'selector'), 'matchLabels'));
  const options = compact({ metric: name, target: amount, metricType: metricType as MetricType, labels });
  return new Call('ScaleOn.external', options, ScaleOn.external(options));
}

function textsOf(labels: JsonObject | undefined): { readonly [label: string]: string } | undefined {
  if (labels === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
}

/** An amount as the API server prints it: `10`, `500m`. */
function amountOf(value: JsonValue | undefined): number | undefined {
  const [, digits, unit] = /^(\d{1,12})([mu]?)$/.exec(typeof value === 'string' ? value : '') ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) / (unit === 'm' ? 1e3 : unit === 'u' ? 1e6 : 1);
}
