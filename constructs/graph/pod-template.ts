import {
  type Container,
  type ContainerResources,
  DEFAULT_GPU_RESOURCE,
  type EnvFromSource,
  type EnvVar,
  MAIN_CONTAINER,
  type PodMetadata,
  type PodSpec,
  type PodTemplate,
  type Quantity,
} from '../../api/index.ts';
import { compact, unlessEmpty, unlessNone } from './compact.ts';
import type { FrontendSidecar } from './fields/operator.ts';
import type { ResourceAmounts } from './fields/resources.ts';
import {
  claimVolumes,
  containerMounts,
  given,
  plainPodFields,
  podMetadataOf,
  sidecarsOf,
  volumesOf,
} from './pod-spec.ts';
import type { RenderedService } from './rendered-graph.ts';
import type { ServiceOptions } from './service.ts';

/** The name that the operator gives the container that v1alpha1's `frontendSidecar` makes. */
export const SIDECAR_CONTAINER = 'sidecar-frontend';

/** What v1alpha1 says in fields of the service, v1beta1 says in a pod template, as the operator's conversion does. */
export function podTemplate(service: RenderedService): PodTemplate | undefined {
  const { options } = service;
  return unlessEmpty(compact({ metadata: podMetadata(options), spec: podSpec(service) }));
}

function podMetadata(options: ServiceOptions): PodMetadata | undefined {
  const more = podMetadataOf(options);
  return unlessEmpty(
    compact({
      ...more,
      labels: unlessEmpty({ ...options.labels, ...more?.labels }),
      annotations: unlessEmpty({ ...options.annotations, ...more?.annotations }),
    }),
  );
}

function podSpec(service: RenderedService): PodSpec | undefined {
  const { mounts, options } = service;
  const volumes = volumesOf(options);
  const names = volumes.map(({ name }) => name);
  const main = unlessEmpty(mainContainer(service));
  const { frontendSidecar: sidecar } = options;
  const spec: PodSpec = compact({
    ...plainPodFields(options),
    containers: given(
      [
        ...(main === undefined ? [] : [{ name: MAIN_CONTAINER, ...main }]),
        ...(sidecar === undefined || typeof sidecar === 'string' ? [] : [sidecarContainer(sidecar)]),
        ...sidecarsOf(options),
      ],
      options.sidecars,
    ),
    volumes: given([...claimVolumes(mounts, names), ...volumes], options.volumes),
  });
  return unlessEmpty(spec);
}

function mainContainer({ image, command, args, env, envFromSecret, mounts, options }: RenderedService): Container {
  const { env: moreEnv, envFrom, resources, volumeMounts, name: _, ...rest } = options.container ?? {};
  const { livenessProbe, readinessProbe, startupProbe } = options;
  return compact({
    ...{ image, command, args },
    env: unlessNone(mergedEnvironment(env, moreEnv ?? [])),
    envFrom: unlessNone([...secretSource(envFromSecret), ...(envFrom ?? [])]),
    resources: unlessEmpty(mergedResources(ownResources(options), resources ?? {})),
    volumeMounts: unlessNone([...containerMounts(mounts), ...(volumeMounts ?? [])]),
    ...{ livenessProbe, readinessProbe, startupProbe },
    ...rest,
  });
}

/** A variable of the container's own replaces one of the same name. */
function mergedEnvironment(env: readonly EnvVar[], more: readonly EnvVar[]): readonly EnvVar[] {
  if (more.length === 0) return env;
  const replaced = new Set(more.map(({ name }) => name));
  return [...env.filter(({ name }) => !replaced.has(name)), ...more];
}

function secretSource(secret: string | undefined): readonly EnvFromSource[] {
  return secret === undefined ? [] : [{ secretRef: { name: secret } }];
}

function ownResources({ gpus, gpuType, limits, requests, claims }: ServiceOptions): ContainerResources {
  return compact({
    limits: resourceList(gpus === undefined ? limits : { gpus, ...limits }, gpuType),
    requests: resourceList(requests, gpuType),
    claims,
  });
}

function resourceList(
  amounts: ResourceAmounts | undefined,
  gpuType = DEFAULT_GPU_RESOURCE,
): { readonly [resource: string]: Quantity } | undefined {
  if (amounts === undefined) return undefined;
  const { cpu, memory, gpus, extra } = amounts;
  return { ...compact({ cpu, memory }), ...(gpus === undefined ? {} : { [gpuType]: String(gpus.perPod) }), ...extra };
}

function mergedResources(own: ContainerResources, more: ContainerResources): ContainerResources {
  return compact({
    ...own,
    ...more,
    limits: more.limits === undefined ? own.limits : { ...own.limits, ...more.limits },
    requests: more.requests === undefined ? own.requests : { ...own.requests, ...more.requests },
  });
}

function sidecarContainer({ image, args, env, envFromSecret }: FrontendSidecar): Container {
  return {
    name: SIDECAR_CONTAINER,
    image,
    ...compact({ args, env, envFrom: unlessNone(secretSource(envFromSecret)) }),
  };
}
