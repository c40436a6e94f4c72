import { isAtLeast, isObject, type JsonObject, type JsonValue, type OperatorVersion } from '../../api/index.ts';

/**
 * `bundled`: the chart installs it. `existing`: the cluster has it, and the operator uses it. `none`: the operator does
 * without.
 */
export type PlatformComponent = 'bundled' | 'existing' | 'none';

/** The few values of the chart that decide how the platform works under GitOps. */
export interface PlatformValues {
  /**
   * Grove, which starts the pods of a graph together; graphs over several nodes need it. The chart's own is meant for trials.
   * Operator 0.9 uses whichever it finds, so that `none` installs none, and switches nothing off.
   *
   * @default 'none'
   */
  readonly grove?: PlatformComponent;

  /**
   * The KAI scheduler, which places such pods together.
   *
   * @default 'none'
   */
  readonly kaiScheduler?: PlatformComponent;

  /**
   * Whether graphs get PodMonitors, from which Prometheus knows what to scrape. Left to the chart it depends on what the
   * cluster offers at the moment of rendering, which a render in Git does not know. Charts that have no such value ignore it.
   *
   * @default true
   */
  readonly podMonitors?: boolean;

  /**
   * Whether the operator applies its CRDs, server-side, when it starts. Without, somebody else must, before each upgrade.
   * Not for operator 0.9, whose CRDs are a chart.
   *
   * @default true
   */
  readonly upgradeCrds?: boolean;

  /**
   * More values of the chart, which win over those above. They are not checked.
   *
   * @default - none
   */
  readonly values?: JsonObject;
}

/** Values of the platform's chart, in the words of its version. */
export function platformValues(props: PlatformValues, operatorVersion: OperatorVersion): JsonObject {
  const { grove = 'none', kaiScheduler = 'none', podMonitors = true, upgradeCrds = true, values = {} } = props;
  const metrics = { dynamo: { metrics: { podMonitors: { enabled: podMonitors } } } };
  const base: JsonObject = isAtLeast(operatorVersion, '1.0.0')
    ? {
        global: { grove: switches(grove), 'kai-scheduler': switches(kaiScheduler) },
        'dynamo-operator': { upgradeCRD: upgradeCrds, ...metrics },
      }
    : {
        grove: { enabled: grove === 'bundled' },
        'kai-scheduler': { enabled: kaiScheduler === 'bundled' },
        'dynamo-operator': metrics,
      };
  return merged(base, values);
}

function switches(component: PlatformComponent): JsonObject {
  return { install: component === 'bundled', enabled: component !== 'none' };
}

/** As Helm merges values: objects member by member, everything else as a whole. */
function merged(base: JsonObject, over: JsonObject): JsonObject {
  const members = new Map<string, JsonValue | undefined>(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const below = members.get(key);
    members.set(key, isObject(below) && isObject(value) ? merged(below, value) : value);
  }
  return Object.fromEntries(members);
}
