import type { IConstruct } from 'constructs';
import {
  DYNAMO_GROUP,
  type DynamoApiVersion,
  GRAPH_DEPLOYMENT_KIND,
  isDnsLabel,
  isRepositoryPath,
} from '../../api/index.ts';
import { Environment, environmentOf } from '../environment.ts';
import { GraphDeployment } from '../graph/index.ts';
import { settingsOf } from '../synthesis.ts';

/** A folder of the repository that `synth` wrote, in the words that Argo CD and Flux need. */
export interface RenderedFolder {
  /** Path from the repository's root: `dist/prod/chat`. */
  readonly path: string;

  /** Kubernetes namespace of what is in it. */
  readonly namespace: string;

  /**
   * Services whose replicas a scaling adapter sets, and which the manifests therefore leave out.
   *
   * @default - none
   */
  readonly adapterOwned?: readonly AdapterOwnedReplicas[];
}

/** Services of one graph whose replicas a scaling adapter sets. */
export interface AdapterOwnedReplicas {
  readonly graph: string;
  readonly apiVersion: DynamoApiVersion;
  readonly services: readonly string[];
}

/** In place of one that is wrong. */
export const NO_FOLDER: RenderedFolder = { path: '', namespace: '' };

/** Folder that `synth` writes to, where no other is named. */
const OUTPUT_FOLDER = 'dist';

/** The folder that an environment of this app renders to, and what in it belongs to scaling adapters. */
export function renderedFolderOf(folder: Environment | RenderedFolder): Required<RenderedFolder> {
  if (!(folder instanceof Environment)) return { adapterOwned: [], ...folder };
  const { appName, apiVersion } = settingsOf(folder);
  const adapterOwned: AdapterOwnedReplicas[] = [];
  for (const graph of folder.node.findAll()) {
    if (!(graph instanceof GraphDeployment)) continue;
    const services = graph.services.filter((service) => service.scalesBy === 'adapter').map(({ name }) => name);
    if (services.length > 0) adapterOwned.push({ graph: graph.name, apiVersion, services });
  }
  return {
    path: `${OUTPUT_FOLDER}/${folder.environmentName}/${appName}`,
    namespace: folder.namespace ?? '',
    adapterOwned,
  };
}

/** Name of what delivers a folder, where nobody gives one: `chat-prod`. */
export function deliveryName(folder: Environment | RenderedFolder): string | undefined {
  return folder instanceof Environment ? `${settingsOf(folder).appName}-${folder.environmentName}` : undefined;
}

/** What is wrong with delivering a folder from a construct. */
export function folderFindings(construct: IConstruct, folder: Environment | RenderedFolder): readonly string[] {
  if (folder instanceof Environment) {
    return environmentOf(construct) === folder
      ? [
          `is in the environment "${folder.environmentName}" that it delivers, and so would sync, and prune, itself; put it into an Environment of its own`,
        ]
      : [];
  }
  return [
    ...(isRepositoryPath(folder.path)
      ? []
      : [`path "${folder.path}" is not a path from the repository's root, such as "dist/prod/chat"`]),
    ...(isDnsLabel(folder.namespace) ? [] : [`namespace "${folder.namespace}" is not a lower-case DNS label`]),
  ];
}

/** One entry of `ignoreDifferences` of Argo CD. */
export interface IgnoredDifference {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly jsonPointers?: readonly string[];
  readonly jqPathExpressions?: readonly string[];
}

/** The replicas that a scaling adapter sets, graph by graph: what the operator writes there is no drift. */
export function ignoredReplicas({ namespace, adapterOwned }: Required<RenderedFolder>): readonly IgnoredDifference[] {
  return adapterOwned.map((owned) => ({
    group: DYNAMO_GROUP,
    kind: GRAPH_DEPLOYMENT_KIND,
    name: owned.graph,
    namespace,
    ...replicaPaths(owned),
  }));
}

function replicaPaths({
  apiVersion,
  services,
}: AdapterOwnedReplicas): Pick<IgnoredDifference, 'jsonPointers' | 'jqPathExpressions'> {
  switch (apiVersion) {
    case 'v1alpha1':
      return { jsonPointers: services.map((service) => `/spec/services/${service}/replicas`) };
    case 'v1beta1':
      return {
        jqPathExpressions: services.map(
          (service) => `.spec.components[] | select(.name == ${JSON.stringify(service)}) | .replicas`,
        ),
      };
  }
}

/**
 * Whether a sync, too, may leave ignored fields alone. Only where each is in a map: in a list of a custom resource, Argo CD
 * would then put the live list in place of the whole list of the manifest, and no change of any component would arrive
 * (argo-cd#17694, open; seen again in 3.6, argo-cd#23283). A list needs none of it, since the manifest has no replicas and a
 * server-side apply leaves what it does not name.
 */
export function maySyncRespectIgnored(folders: readonly Required<RenderedFolder>[]): boolean {
  const owned = folders.flatMap((folder) => folder.adapterOwned);
  return owned.length > 0 && owned.every(({ apiVersion }) => apiVersion === 'v1alpha1');
}
