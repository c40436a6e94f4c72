import {
  COMPONENT_TYPES_V1BETA1,
  type ComponentSpecV1Beta1,
  type ComponentTypeV1Beta1,
  type ExperimentalV1Beta1,
  type GraphDeploymentV1Beta1,
  type GraphSpecV1Beta1,
} from '../../api/index.ts';
import { compact, unlessEmpty, unlessNone } from './compact.ts';
import { podTemplate, SIDECAR_CONTAINER } from './pod-template.ts';
import type { RenderedGraph, RenderedService } from './rendered-graph.ts';
import type { ServiceOptions } from './service.ts';

export function toV1Beta1(graph: RenderedGraph): GraphDeploymentV1Beta1 {
  return {
    apiVersion: 'nvidia.com/v1beta1',
    kind: 'DynamoGraphDeployment',
    metadata: graph.metadata,
    spec: graphSpec(graph),
  };
}

function graphSpec({ backend, env, options, services }: RenderedGraph): GraphSpecV1Beta1 {
  const { topologyConstraint: topology, kvTransferPolicy } = options;
  return compact({
    backendFramework: backend,
    annotations: options.annotations,
    labels: options.labels,
    priorityClassName: options.priorityClassName,
    env: unlessNone(env),
    restart: options.restart,
    topologyConstraint:
      topology && compact({ clusterTopologyName: topology.topology, packDomain: topology.packDomain }),
    experimental: kvTransferPolicy && { kvTransferPolicy },
    providerOverride: options.providerOverride,
    components: services.map(componentSpec),
  });
}

function componentSpec(service: RenderedService): ComponentSpecV1Beta1 {
  const { options } = service;
  const { compilationCache: cache, frontendSidecar: sidecar } = options;
  return compact({
    name: service.name,
    type: componentType(service.type, service.subType),
    globalDynamoNamespace: options.globalDynamoNamespace,
    scalingAdapter: service.isScaledByAdapter ? {} : undefined,
    replicas: service.replicas,
    minAvailable: options.minAvailable,
    runtimeVersionOverride: options.runtimeVersionOverride,
    multinode: multinode(options),
    sharedMemorySize: options.sharedMemory === 'disabled' ? '0' : options.sharedMemory,
    compilationCache: cache && compact({ pvcName: cache.claim, mountPath: cache.mountPath }),
    modelRef: options.modelRef,
    eppConfig: service.eppConfig,
    frontendSidecar: sidecar === undefined || typeof sidecar === 'string' ? sidecar : SIDECAR_CONTAINER,
    topologyConstraint: options.topologyConstraint,
    providerOverride: options.providerOverride,
    experimental: experimental(options),
    podTemplate: podTemplate(service),
  });
}

/** v1alpha1's worker with a sub-component type is a type of its own here. Undefined for what the closed list lacks. */
export function componentType(type: string | undefined, subType: string | undefined): ComponentTypeV1Beta1 | undefined {
  const written = type === 'worker' && (subType === 'prefill' || subType === 'decode') ? subType : type;
  return COMPONENT_TYPES_V1BETA1.find((known) => known === written);
}

function multinode({ nodes, multinodeOverrides: overrides }: ServiceOptions): ComponentSpecV1Beta1['multinode'] {
  if (nodes === undefined) return undefined;
  return compact({
    nodeCount: nodes,
    leader: overrides?.leader && { providerOverride: overrides.leader },
    worker: overrides?.worker && { providerOverride: overrides.worker },
  });
}

const MODES = { intraPod: 'IntraPod', interPod: 'InterPod' } as const;

function experimental(options: ServiceOptions): ExperimentalV1Beta1 | undefined {
  const { gpuMemoryService: memory, failover, forceScalingGroup, checkpoint } = options;
  return unlessEmpty(
    compact({
      gpuMemoryService: memory && compact({ ...memory, mode: memory.mode && MODES[memory.mode] }),
      failover: failover && compact({ ...failover, mode: failover.mode && MODES[failover.mode] }),
      grove: forceScalingGroup === undefined ? undefined : { forceScalingGroup },
      checkpoint,
    }),
  );
}
