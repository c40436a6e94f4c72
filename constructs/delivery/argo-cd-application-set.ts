import { isDnsSubdomain, type Problem } from '../../api/index.ts';
import { ApiObject, type Construct, Lazy } from '../cdk8s.ts';
import type { Environment } from '../environment.ts';
import { checkProps, reportMistakes } from '../props/index.ts';
import { CHECK, type Checked, checkInAnyApp, problemAt } from '../synthesis.ts';
import {
  type ArgoCdCluster,
  type ArgoCdSyncProps,
  clusterFindings,
  destinationOf,
  OWN_CLUSTER,
  syncAnnotations,
  syncFindings,
  syncPolicy,
} from './argo-cd-sync.ts';
import { revisionFinding } from './git-url.ts';
import { ARGO_CD_APPLICATION_SET } from './props.ts';
import {
  deliveryName,
  folderFindings,
  ignoredReplicas,
  maySyncRespectIgnored,
  type RenderedFolder,
  renderedFolderOf,
} from './rendered-folder.ts';

/** One Application of a set. */
export interface ArgoCdApplicationSetItem {
  /** What to deliver: an environment of this app, or a folder that another one rendered. */
  readonly folder: Environment | RenderedFolder;

  /**
   * Name of the Application. A folder needs one.
   *
   * @default - `<app>-<environment>`
   */
  readonly name?: string;

  /**
   * Cluster that the manifests are for.
   *
   * @default - the one that Argo CD runs in
   */
  readonly cluster?: ArgoCdCluster;

  /**
   * Branch, tag or commit.
   *
   * @default - the set's
   */
  readonly revision?: string;
}

export interface ArgoCdApplicationSetProps extends ArgoCdSyncProps {
  readonly applications: readonly ArgoCdApplicationSetItem[];
}

/**
 * An Argo CD ApplicationSet with one Application for each folder, all synced alike: the environments of an app, each in its
 * cluster.
 *
 * The folders are listed, not looked for, so that a new folder deploys nothing before somebody says so here. What was
 * delivered stays when the set, or an item of it, goes.
 *
 * @see test/constructs/examples/argo-cd.ts
 */
export class ArgoCdApplicationSet extends ApiObject implements Checked {
  readonly #props: ArgoCdApplicationSetProps;

  constructor(scope: Construct, id: string, props: ArgoCdApplicationSetProps) {
    const checked = checkProps(ARGO_CD_APPLICATION_SET, props, { repoUrl: '', applications: [] });
    super(scope, id, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'ApplicationSet',
      metadata: { name: id },
      spec: Lazy.any({ produce: () => applicationSetSpec(checked.props) }),
    });
    reportMistakes(this, checked.mistakes);
    this.#props = checked.props;
    checkInAnyApp(this);
  }

  [CHECK](): readonly Problem[] {
    const { applications } = this.#props;
    const findings = [
      ...(isDnsSubdomain(this.name) ? [] : [`"${this.name}" is not a lower-case DNS name`]),
      ...syncFindings(this.#props),
      ...(applications.length === 0 ? ['has no applications; list at least one'] : []),
    ];
    const names = new Set<string>();
    for (const item of applications) {
      const name = nameOf(item);
      if (name === '') findings.push('an application with a folder needs a name');
      else if (!isDnsSubdomain(name)) findings.push(`application "${name}" is not a lower-case DNS name`);
      else if (names.has(name)) findings.push(`there are two applications "${name}"; give one another name`);
      names.add(name);
      findings.push(
        ...folderFindings(this, item.folder),
        ...clusterFindings(item.cluster ?? OWN_CLUSTER),
        ...(item.revision === undefined ? [] : revisionFinding(`revision of "${name}"`, item.revision)),
      );
    }
    return findings.map((message) => problemAt(this, message));
  }
}

function nameOf({ name, folder }: ArgoCdApplicationSetItem): string {
  return name ?? deliveryName(folder) ?? '';
}

function applicationSetSpec(props: ArgoCdApplicationSetProps): object {
  const folders = props.applications.map(({ folder }) => renderedFolderOf(folder));
  // Each entry names its graph and namespace, so that it holds for one Application only.
  const ignoreDifferences = folders.flatMap(ignoredReplicas);
  const elements = props.applications.map((item, index) => {
    const { server = '', name: cluster = '' } = destinationOf(item.cluster ?? OWN_CLUSTER);
    return {
      name: nameOf(item),
      path: folders[index]?.path,
      namespace: folders[index]?.namespace,
      revision: item.revision ?? props.revision ?? 'main',
      server,
      cluster,
    };
  });
  const annotations = syncAnnotations(props);
  return {
    goTemplate: true,
    goTemplateOptions: ['missingkey=error'],
    generators: [{ list: { elements } }],
    syncPolicy: { preserveResourcesOnDeletion: true },
    template: {
      metadata: { name: '{{.name}}', ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
      spec: {
        project: props.project ?? 'default',
        source: { repoURL: props.repoUrl, path: '{{.path}}', targetRevision: '{{.revision}}' },
        destination: { server: '{{.server}}', name: '{{.cluster}}', namespace: '{{.namespace}}' },
        syncPolicy: syncPolicy(props, maySyncRespectIgnored(folders) ? ['RespectIgnoreDifferences=true'] : []),
        ...(ignoreDifferences.length === 0 ? {} : { ignoreDifferences }),
      },
    },
  };
}
