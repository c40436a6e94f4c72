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
import { ARGO_CD_APPLICATION } from './props.ts';
import {
  deliveryName,
  folderFindings,
  ignoredReplicas,
  maySyncRespectIgnored,
  NO_FOLDER,
  type RenderedFolder,
  renderedFolderOf,
} from './rendered-folder.ts';

export interface ArgoCdApplicationProps extends ArgoCdSyncProps {
  /** What to deliver: an environment of this app, or a folder that another one rendered. */
  readonly folder: Environment | RenderedFolder;

  /**
   * Name of the Application.
   *
   * @default - `<app>-<environment>`; for a folder, the construct's id
   */
  readonly name?: string;

  /**
   * Cluster that the manifests are for.
   *
   * @default - the one that Argo CD runs in
   */
  readonly cluster?: ArgoCdCluster;

  /**
   * Whether deleting the Application deletes what it delivered, the models that serve with it.
   *
   * @default false
   */
  readonly deleteWithApplication?: boolean;
}

/**
 * An Argo CD Application that delivers a rendered folder, with what a DynamoGraphDeployment needs: server-side apply, never
 * a replacement, retries, and no quarrel over replicas that a scaling adapter sets.
 *
 * It belongs into an Environment of its own, whose namespace is Argo CD's, and which a first Application, made by hand,
 * syncs.
 *
 * @see test/constructs/examples/argo-cd.ts
 */
export class ArgoCdApplication extends ApiObject implements Checked {
  readonly #props: ArgoCdApplicationProps;

  constructor(scope: Construct, id: string, props: ArgoCdApplicationProps) {
    const checked = checkProps(ARGO_CD_APPLICATION, props, { repoUrl: '', folder: NO_FOLDER });
    const { name, folder, deleteWithApplication } = checked.props;
    super(scope, id, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: {
        name: name ?? deliveryName(folder) ?? id,
        annotations: syncAnnotations(checked.props),
        ...(deleteWithApplication === true
          ? { finalizers: ['resources-finalizer.argocd.argoproj.io/foreground'] }
          : {}),
      },
      spec: Lazy.any({ produce: () => applicationSpec(checked.props) }),
    });
    reportMistakes(this, checked.mistakes);
    this.#props = checked.props;
    checkInAnyApp(this);
  }

  [CHECK](): readonly Problem[] {
    const { folder, cluster = OWN_CLUSTER } = this.#props;
    return [
      ...(isDnsSubdomain(this.name) ? [] : [`"${this.name}" is not a lower-case DNS name`]),
      ...folderFindings(this, folder),
      ...syncFindings(this.#props),
      ...clusterFindings(cluster),
    ].map((message) => problemAt(this, message));
  }
}

function applicationSpec(props: ArgoCdApplicationProps): object {
  const folder = renderedFolderOf(props.folder);
  const ignoreDifferences = ignoredReplicas(folder);
  return {
    project: props.project ?? 'default',
    source: { repoURL: props.repoUrl, path: folder.path, targetRevision: props.revision ?? 'main' },
    destination: { ...destinationOf(props.cluster ?? OWN_CLUSTER), namespace: folder.namespace },
    syncPolicy: syncPolicy(props, maySyncRespectIgnored([folder]) ? ['RespectIgnoreDifferences=true'] : []),
    ...(ignoreDifferences.length === 0 ? {} : { ignoreDifferences }),
  };
}
