import type { GraphDeploymentV1Alpha1, ServiceSpecV1Alpha1 } from '../../api/index.ts';
import { MODEL_HOME, type RenderedGraph, type RenderedService } from './rendered-graph.ts';
import type { DeclaredRole } from './service.ts';

export function toV1Alpha1(graph: RenderedGraph): GraphDeploymentV1Alpha1 {
  return {
    apiVersion: 'nvidia.com/v1alpha1',
    kind: 'DynamoGraphDeployment',
    metadata: graph.metadata,
    spec: {
      backendFramework: graph.backend,
      ...(graph.cache === undefined ? {} : { pvcs: [{ name: graph.cache.claimName, create: false }] }),
      services: Object.fromEntries(graph.services.map((service) => [service.name, serviceSpec(service, graph)])),
    },
  };
}

function serviceSpec(service: RenderedService, graph: RenderedGraph): ServiceSpecV1Alpha1 {
  const cache = service.mountsCache ? graph.cache : undefined;
  return {
    ...TYPES[service.role],
    ...(service.replicas === undefined ? { scalingAdapter: { enabled: true } } : { replicas: service.replicas }),
    // Quantities are text in this version: a bare number fails its schema.
    ...(service.gpusPerPod === undefined ? {} : { resources: { limits: { gpu: String(service.gpusPerPod) } } }),
    ...(graph.environmentSecret === undefined ? {} : { envFromSecret: graph.environmentSecret }),
    ...(cache === undefined
      ? {}
      : {
          envs: [{ name: MODEL_HOME, value: cache.mountPath }],
          volumeMounts: [{ name: cache.claimName, mountPoint: cache.mountPath }],
        }),
    extraPodSpec: { mainContainer: { image: service.image, ...service.engine } },
  };
}

/** The planner finds prefill and decode by the sub-component type, whatever the services are called. */
const TYPES: { readonly [role in DeclaredRole]: Pick<ServiceSpecV1Alpha1, 'componentType' | 'subComponentType'> } = {
  frontend: { componentType: 'frontend' },
  worker: { componentType: 'worker' },
  prefill: { componentType: 'worker', subComponentType: 'prefill' },
  decode: { componentType: 'worker', subComponentType: 'decode' },
};
