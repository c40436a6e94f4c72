import { isObject, type JsonObject, type JsonValue } from '../../../api/index.ts';
import { DEFAULT_ADDRESS } from '../../autoscaling/keda-trigger.ts';
import { type MetricType, ScaleOn } from '../../autoscaling/scale-on.ts';
import { compact, unlessEmpty } from '../../graph/compact.ts';
import { Call, type Expressions } from '../declaration.ts';
import { exactly, number } from '../fits.ts';
import { pick, pickList, pickObject, pickText } from '../pick.ts';
import { strings } from '../pod-shapes.ts';
import { readBehavior } from './read-behavior.ts';
import { boundsOf, type ReadScaler } from './read-scaler.ts';

/** A ScaledObject as the properties of a Keda; undefined where a trigger is none that it knows. */
export function readKeda(spec: JsonObject): ReadScaler | undefined {
  const bounds = boundsOf(spec.minReplicaCount, spec.maxReplicaCount);
  const triggers = pickList(spec, 'triggers') ?? [];
  const scaleOn = triggers.flatMap((trigger) => signalOf(trigger) ?? []);
  if (bounds === undefined || scaleOn.length < triggers.length) return undefined;
  const advanced = pickObject(pickObject(spec, 'advanced'), 'horizontalPodAutoscalerConfig');
  return {
    bounds,
    props: compact({
      scaleOn,
      prometheus: prometheusOf(triggers.find((trigger) => isObject(trigger) && trigger.type === 'prometheus')),
      pollingSeconds: pick(spec, 'pollingInterval', number),
      cooldownSeconds: pick(spec, 'cooldownPeriod', number),
      fallback: fallbackOf(pickObject(spec, 'fallback')),
      ...readBehavior(pickObject(advanced, 'behavior')),
    }),
  };
}

/** Metadata of a Prometheus trigger that belongs to the query, not to the server. */
const OF_THE_QUERY = new Set(['query', 'threshold', 'activationThreshold', 'ignoreNullValues', 'authModes']);

function signalOf(trigger: JsonValue): Call | undefined {
  if (!isObject(trigger)) return undefined;
  const metadata = pickObject(trigger, 'metadata');
  switch (trigger.type) {
    case 'cpu': {
      const utilizationPercent = decimalOf(metadata, 'value');
      if (utilizationPercent === undefined) return undefined;
      return new Call('ScaleOn.cpu', { utilizationPercent }, ScaleOn.cpu({ utilizationPercent }));
    }
    case 'cron': {
      const [timezone, start, end] = ['timezone', 'start', 'end'].map((field) => pickText(metadata, field));
      const desiredReplicas = decimalOf(metadata, 'desiredReplicas');
      if (timezone === undefined || start === undefined || end === undefined || desiredReplicas === undefined)
        return undefined;
      const options = { timezone, start, end, desiredReplicas };
      return new Call('ScaleOn.cron', options, ScaleOn.cron(options));
    }
    case 'prometheus':
      return querySignal(trigger, metadata);
    default:
      return undefined;
  }
}

function querySignal({ metricType }: JsonObject, metadata: JsonObject | undefined): Call | undefined {
  const promql = pickText(metadata, 'query');
  const threshold = decimalOf(metadata, 'threshold');
  if (promql === undefined || threshold === undefined) return undefined;
  if (metricType !== 'Value' && metricType !== 'AverageValue') return undefined;
  const options = compact({
    promql,
    threshold,
    metricType: metricType as MetricType,
    activationThreshold: decimalOf(metadata, 'activationThreshold'),
    ignoreNullValues: metadata?.ignoreNullValues === 'true' ? true : undefined,
  });
  return new Call('ScaleOn.query', options, ScaleOn.query(options));
}

/** What triggers say alike of their server; whether they do is seen when the whole is rendered. */
function prometheusOf(trigger: JsonValue | undefined): Expressions | undefined {
  if (!isObject(trigger)) return undefined;
  const { serverAddress, ...metadata } = pickObject(trigger, 'metadata') ?? {};
  const rest = Object.entries(metadata).filter(([field]) => !OF_THE_QUERY.has(field));
  const reference = pickObject(trigger, 'authenticationRef');
  const name = pickText(reference, 'name');
  const kind = pick(reference, 'kind', exactly('TriggerAuthentication', 'ClusterTriggerAuthentication'));
  return unlessEmpty(
    compact({
      serverAddress: serverAddress === DEFAULT_ADDRESS ? undefined : serverAddress,
      authentication:
        name === undefined
          ? undefined
          : compact({
              name,
              kind: kind === 'TriggerAuthentication' ? undefined : kind,
              modes: pickText(metadata, 'authModes')?.split(',') ?? [],
            }),
      metadata: pick({ rest: Object.fromEntries(rest) }, 'rest', (value) => rest.length > 0 && strings(value)),
    }),
  );
}

function fallbackOf(fallback: JsonObject | undefined): Expressions | undefined {
  if (fallback === undefined) return undefined;
  const { failureThreshold, replicas, behavior } = fallback;
  return compact({ failureThreshold, replicas, behavior });
}

/** A number in a text, as all metadata of a trigger is. */
function decimalOf(metadata: JsonObject | undefined, field: string): number | undefined {
  const text = pickText(metadata, field);
  return text !== undefined && /^\d{1,12}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}
