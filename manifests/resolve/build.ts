import type { Delivery } from './delivery/delivery.ts';
import { isChart, renderChart } from './helm/render.ts';
import { type Kustomization, kustomizationIn, type Sources } from './kustomize/kustomization.ts';
import { renderKustomization } from './kustomize/render.ts';
import { type RenderedObject, withMetadata } from './rendered-object.ts';
import { sourcedAt } from './sourced.ts';

/** One way in which a folder of the repository becomes objects of a cluster. */
export interface BuildPlan {
  readonly folder: string;
  readonly delivery: Delivery | undefined;
}

export interface Build {
  readonly plan: BuildPlan;
  /** `overlays/prod`, with what delivers it. */
  readonly name: string;
  readonly renderer: 'kustomize' | 'helm';
  readonly objects: readonly RenderedObject[];
  readonly files: ReadonlySet<string>;
  /** Those among them that the folder itself is rendered from, whatever delivers it. */
  readonly renderedFrom: ReadonlySet<string>;
  /** Files whose documents reach the cluster only as it renders them. */
  readonly resourceFiles: ReadonlySet<string>;
  readonly patchFiles: ReadonlySet<string>;
  /** Why no number of it can be told. */
  readonly obstacles: readonly string[];
  /** Bases that are elsewhere, in words. */
  readonly remote: readonly string[];
  readonly missing: readonly string[];
}

/** Renders a folder as Argo CD, Flux or `kubectl -k` would; undefined for one that is neither kustomization nor chart. */
export function render(plan: BuildPlan, sources: Sources): Build | undefined {
  const { folder, delivery } = plan;
  const name = delivery === undefined ? folder : `${folder} by ${delivery.name}`;
  const kustomization = kustomizationIn(folder, sources) ?? flatKustomization(plan, sources);
  const own = delivery === undefined ? [] : [delivery.file];
  if (kustomization !== undefined) {
    const layered = withLayer(kustomization, delivery);
    const built = renderKustomization(layered, sources);
    return {
      plan,
      name,
      renderer: 'kustomize',
      objects: built.objects.map((object) => inNamespace(object, delivery?.namespace)),
      files: new Set([...own, ...built.files]),
      renderedFrom: built.files,
      resourceFiles: built.resourceFiles,
      patchFiles: built.patchFiles,
      obstacles: distinct([...(delivery?.obstacles ?? []), ...built.obstacles]),
      remote: distinct(built.remote),
      missing: built.missing,
    };
  }
  if (delivery === undefined || !isChart(folder, sources)) return undefined;
  const built = renderChart(folder, delivery, sources);
  return {
    plan,
    name,
    renderer: 'helm',
    objects: built.objects.map((object) => inNamespace(object, delivery.namespace)),
    files: new Set([...own, ...built.files]),
    renderedFrom: built.files,
    resourceFiles: new Set(),
    patchFiles: new Set(),
    obstacles: distinct([...delivery.obstacles, ...built.obstacles]),
    remote: [],
    missing: built.missing,
  };
}

/** A folder of plain manifests to which a delivery adds something: Flux makes the kustomization itself. */
function flatKustomization({ folder, delivery }: BuildPlan, sources: Sources): Kustomization | undefined {
  if (delivery?.kustomize === undefined || isChart(folder, sources)) return undefined;
  const prefix = folder === '.' ? '' : `${folder}/`;
  const resources = [...sources.keys()]
    .filter((file) => file.startsWith(prefix))
    .map((file) => file.slice(prefix.length));
  if (resources.length === 0) return undefined;
  return {
    ...{ file: delivery.file, folder, resources, components: [], patches: [], namespace: undefined },
    ...{ namePrefix: '', nameSuffix: '', labels: {}, annotations: {}, replicas: [], configurations: [] },
    ...{ hasSchema: false, obstacles: [] },
  };
}

/** The folder's kustomization with what Argo CD or Flux adds to it before the build. */
function withLayer(kustomization: Kustomization, delivery: Delivery | undefined): Kustomization {
  const layer = delivery?.kustomize;
  if (layer === undefined) return kustomization;
  return {
    ...kustomization,
    patches: [...kustomization.patches, ...layer.patches],
    components: [...kustomization.components, ...layer.components],
    namespace: layer.namespace ?? kustomization.namespace,
    namePrefix: layer.namePrefix || kustomization.namePrefix,
    nameSuffix: layer.nameSuffix || kustomization.nameSuffix,
    labels: { ...kustomization.labels, ...layer.labels },
    annotations: { ...kustomization.annotations, ...layer.annotations },
    replicas: [
      ...kustomization.replicas.filter(({ name }) => !layer.replicas.some((other) => other.name === name)),
      ...layer.replicas,
    ],
  };
}

function inNamespace(object: RenderedObject, namespace: string | undefined): RenderedObject {
  const own = sourcedAt(object.value, ['metadata', 'namespace']);
  const isOpen = own === undefined || own === null || own === '';
  return namespace !== undefined && isOpen ? withMetadata(object, { namespace }) : object;
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
