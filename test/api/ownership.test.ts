import { describe, expect, test } from '@jest/globals';
import {
  graphViewOf,
  type JsonObject,
  type OperatorVersion,
  type ReplicaOwner,
  replicaOwner,
  type Scaler,
  scalerOf,
  scalerProblems,
} from '../../api/index.ts';

const REF = { apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoGraphDeploymentScalingAdapter', name: 'chat-decode' };

function hpa(spec: JsonObject = {}, name = 'chat-hpa', namespace: string | undefined = 'inference'): JsonObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, namespace },
    spec: { scaleTargetRef: REF, maxReplicas: 8, ...spec },
  };
}
function keda(spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name: 'chat-keda', namespace: 'inference' },
    spec: { scaleTargetRef: REF, ...spec },
  };
}
function adapter(
  version: string,
  dgdRef: JsonObject,
  name = 'chat-decode',
  replicas: number | undefined = 3,
): JsonObject {
  return {
    apiVersion: `nvidia.com/${version}`,
    kind: 'DynamoGraphDeploymentScalingAdapter',
    metadata: { name, namespace: 'inference' },
    spec: { replicas, dgdRef },
  };
}
const alphaAdapter = (name?: string) => adapter('v1alpha1', { name: 'chat', serviceName: 'Decode' }, name);

describe('a scaler', () => {
  test('is an autoscaler with its bounds, written or in force', () => {
    expect(scalerOf(hpa({ minReplicas: 2 }))).toEqual({
      ...{ kind: 'hpa', name: 'chat-hpa', namespace: 'inference', adapterName: 'chat-decode', min: 2, max: 8 },
      ...{ minPath: ['spec', 'minReplicas'], maxPath: ['spec', 'maxReplicas'] },
    });
    expect(scalerOf(hpa())).toMatchObject({ min: 1, max: 8 });
    expect(scalerOf(keda())).toEqual({
      ...{ kind: 'keda', name: 'chat-keda', namespace: 'inference', adapterName: 'chat-decode', min: 0, max: 100 },
      ...{ minPath: ['spec', 'minReplicaCount'], maxPath: ['spec', 'maxReplicaCount'] },
    });
    expect(scalerOf(keda({ minReplicaCount: 1, maxReplicaCount: 5 }))).toMatchObject({ min: 1, max: 5 });
  });

  test('is a scaling adapter of either version', () => {
    const expected = {
      ...{
        kind: 'adapter',
        name: 'chat-decode',
        namespace: 'inference',
        graph: 'chat',
        service: 'Decode',
        replicas: 3,
      },
      replicasPath: ['spec', 'replicas'],
    };
    expect(scalerOf(alphaAdapter())).toEqual(expected);
    expect(scalerOf(adapter('v1beta1', { name: 'chat', componentName: 'Decode' }))).toEqual(expected);
  });

  test('has no bound where something else than a number stands', () => {
    expect(scalerOf(hpa({ minReplicas: '2' }))).toMatchObject({ min: undefined, max: 8 });
    expect(scalerOf(keda({ maxReplicaCount: -1 }))).toMatchObject({ min: 0, max: undefined });
  });

  test.each<[string, JsonObject]>([
    ['a deployment’s autoscaler', hpa({ scaleTargetRef: { kind: 'Deployment', name: 'x' } })],
    ['an autoscaler without a target', hpa({ scaleTargetRef: undefined })],
    ['a config map', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }],
    ['an adapter of another group', { ...alphaAdapter(), apiVersion: 'example.com/v1' }],
    ['nothing', {}],
  ])('is not %s', (_, document) => {
    expect(scalerOf(document)).toBeUndefined();
    expect(scalerProblems(document)).toEqual([]);
  });

  test.each<[JsonObject, string]>([
    [hpa({ scaleTargetRef: { ...REF, name: '' } }), 'spec.scaleTargetRef.name: must name the scaling adapter'],
    [
      hpa({ scaleTargetRef: { ...REF, apiVersion: 'apps/v1' } }),
      'spec.scaleTargetRef.apiVersion: must be "nvidia.com/v1alpha1" or "nvidia.com/v1beta1"',
    ],
    [
      hpa({ scaleTargetRef: { ...REF, kind: 'DynamoGraphDeployment' } }),
      'spec.scaleTargetRef.kind: a graph cannot be scaled as a whole; name a scaling adapter of one of its services',
    ],
    [hpa({}, ''), 'metadata.name: an autoscaler needs a name'],
    [hpa({ maxReplicas: undefined }), 'spec.maxReplicas: must be a whole number'],
    [hpa({ minReplicas: 9 }), 'spec.minReplicas: is 9, above maxReplicas, which is 8'],
    [keda({ minReplicaCount: '1' }), 'spec.minReplicaCount: must be a whole number'],
    [
      adapter('v1alpha1', { name: 'chat', componentName: 'Decode' }),
      'spec.dgdRef.serviceName: v1alpha1 names the service here',
    ],
    [
      adapter('v1beta1', { name: 'chat', serviceName: 'Decode' }),
      'spec.dgdRef.componentName: v1beta1 names the service here',
    ],
    [adapter('v1alpha1', { serviceName: 'Decode' }), 'spec.dgdRef.name: must name the graph'],
    [adapter('v1alpha1', { name: 'chat', serviceName: 'Decode' }, ''), 'metadata.name: a scaling adapter needs a name'],
    [
      { ...alphaAdapter(), spec: { dgdRef: { name: 'chat', serviceName: 'Decode' } } },
      'spec.replicas: a scaling adapter needs a count',
    ],
  ])('that is broken is told so (%#)', (document, problem) => {
    expect(scalerProblems(document).map(({ path, message }) => `${path}: ${message}`)).toEqual([problem]);
  });
});

/** Owner of `Decode` in a graph, beside these documents. */
function ownerOf(
  documents: readonly JsonObject[],
  options: { adapter?: boolean; version?: OperatorVersion; namespace?: string | null; services?: JsonObject } = {},
): ReplicaOwner {
  const { adapter: isOn = true, version = '1.4.0', namespace = 'inference', services = {} } = options;
  const view = graphViewOf({
    apiVersion: 'nvidia.com/v1alpha1',
    metadata: { name: 'chat', ...(namespace === null ? {} : { namespace }) },
    spec: { services: { Decode: { replicas: 2, scalingAdapter: { enabled: isOn } }, ...services } },
  });
  const service = view.ok ? view.value.services.find(({ name }) => name === 'Decode') : undefined;
  if (!view.ok || service === undefined) throw new Error('no graph');
  const scalers = documents.flatMap((document): readonly Scaler[] => {
    const scaler = scalerOf(document);
    return scaler === undefined ? [] : [scaler];
  });
  return replicaOwner(view.value, service, scalers, version);
}
const reasonOf = (owner: ReplicaOwner): string => (owner.kind === 'nobody' ? owner.reason : `owned by ${owner.kind}`);

describe('the owner of a replica count', () => {
  test('is the graph while the adapter is off', () => {
    expect(ownerOf([], { adapter: false })).toEqual({ kind: 'graph' });
    expect(ownerOf([hpa()], { adapter: false })).toEqual({ kind: 'graph' });
  });

  test('is nobody where the adapter is off and committed', () => {
    expect(reasonOf(ownerOf([alphaAdapter()], { adapter: false }))).toContain('its scaling adapter is off, yet');
  });

  test('is the autoscaler of the adapter, whatever its case and version', () => {
    expect(ownerOf([hpa()])).toEqual({ kind: 'autoscaler', scaler: scalerOf(hpa()) });
    expect(ownerOf([keda(), alphaAdapter()])).toEqual({ kind: 'autoscaler', scaler: scalerOf(keda()) });
    const own = hpa({ scaleTargetRef: { ...REF, name: 'my-adapter' } });
    expect(reasonOf(ownerOf([own]))).toContain('neither an autoscaler nor');
    expect(ownerOf([own, alphaAdapter('my-adapter')]).kind).toBe('autoscaler');
  });

  test('is the committed adapter where the operator is new enough to adopt it', () => {
    expect(ownerOf([alphaAdapter()])).toEqual({ kind: 'adapter', scaler: scalerOf(alphaAdapter()) });
    expect(ownerOf([alphaAdapter()], { version: '1.5.0' }).kind).toBe('adapter');
    for (const version of ['0.9.0', '1.3.0'] as const) {
      expect(reasonOf(ownerOf([alphaAdapter()], { version }))).toBe(
        `operator ${version} overwrites the committed scaling adapter "chat-decode"; 1.4 and later adopt it`,
      );
    }
  });

  test('is nobody where there is neither, or more than one', () => {
    expect(reasonOf(ownerOf([]))).toBe(
      'its scaling adapter is on, and neither an autoscaler nor a scaling adapter manifest for "chat-decode" is in the repository',
    );
    expect(reasonOf(ownerOf([hpa(), keda()]))).toBe(
      'hpa "chat-hpa" and keda "chat-keda" both scale "chat-decode"; keep one',
    );
    expect(reasonOf(ownerOf([alphaAdapter(), alphaAdapter('other')]))).toBe(
      '"chat-decode" and "other" both drive this service; keep one',
    );
  });

  test('is nobody where two services share an adapter, since its name is in lower case', () => {
    const services = { decode: { scalingAdapter: { enabled: true } } };
    expect(reasonOf(ownerOf([hpa()], { services }))).toBe(
      '"decode" has the same scaling adapter, "chat-decode"; rename one',
    );
  });

  test('is not a scaler of another namespace, and may be one of a namespace that is left open', () => {
    expect(reasonOf(ownerOf([hpa({}, 'x', 'other')]))).toContain('neither an autoscaler nor');
    expect(ownerOf([{ ...hpa(), metadata: { name: 'x' } }]).kind).toBe('autoscaler');
    expect(ownerOf([hpa()], { namespace: null }).kind).toBe('autoscaler');
  });

  test('is not a scaler of another graph or service', () => {
    const other = adapter('v1alpha1', { name: 'other', serviceName: 'Decode' });
    const service = adapter('v1alpha1', { name: 'chat', serviceName: 'decode' });
    expect(reasonOf(ownerOf([other, service]))).toContain('neither an autoscaler nor');
  });
});
