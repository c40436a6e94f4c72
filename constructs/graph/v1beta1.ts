import {
  type ComponentSpecV1Beta1,
  DEFAULT_GPU_RESOURCE,
  type GraphDeploymentV1Beta1,
  type JsonObject,
  MAIN_CONTAINER,
} from '../../api/index.ts';
import { MODEL_HOME, type RenderedGraph, type RenderedService } from './rendered-graph.ts';

/** Name of the volume inside each pod; the claim's own name may be longer than a volume's can be. */
const CACHE_VOLUME = 'model-cache';

export function toV1Beta1(graph: RenderedGraph): GraphDeploymentV1Beta1 {
  return {
    apiVersion: 'nvidia.com/v1beta1',
    kind: 'DynamoGraphDeployment',
    metadata: graph.metadata,
    spec: {
      backendFramework: graph.backend,
      components: graph.services.map((service) => componentSpec(service, graph)),
    },
  };
}

function componentSpec(service: RenderedService, graph: RenderedGraph): ComponentSpecV1Beta1 {
  const cache = service.mountsCache ? graph.cache : undefined;
  return {
    name: service.name,
    type: service.role,
    ...(service.replicas === undefined ? { scalingAdapter: {} } : { replicas: service.replicas }),
    podTemplate: {
      spec: {
        containers: [mainContainer(service, graph, cache)],
        ...(cache === undefined
          ? {}
          : { volumes: [{ name: CACHE_VOLUME, persistentVolumeClaim: { claimName: cache.claimName } }] }),
      },
    },
  };
}

function mainContainer(service: RenderedService, graph: RenderedGraph, cache: RenderedGraph['cache']): JsonObject {
  return {
    name: MAIN_CONTAINER,
    image: service.image,
    ...service.engine,
    ...(cache === undefined ? {} : { env: [{ name: MODEL_HOME, value: cache.mountPath }] }),
    ...(graph.environmentSecret === undefined ? {} : { envFrom: [{ secretRef: { name: graph.environmentSecret } }] }),
    ...(service.gpusPerPod === undefined
      ? {}
      : { resources: { limits: { [DEFAULT_GPU_RESOURCE]: String(service.gpusPerPod) } } }),
    ...(cache === undefined ? {} : { volumeMounts: [{ name: CACHE_VOLUME, mountPath: cache.mountPath }] }),
  };
}
