import { DYNAMO_GROUP, GRAPH_DEPLOYMENT_KIND, type JsonObject } from '../../api/index.ts';
import { ApiObject, type Construct } from '../cdk8s.ts';
import { refuseMistakes } from '../props/index.ts';
import { emitYaml } from '../render/emit.ts';
import { APPLICATION_HEALTH_LUA, GRAPH_HEALTH_LUA } from './graph-health.ts';
import { ARGO_CD_HEALTH_CHECKS } from './props.ts';

export interface ArgoCdHealthChecksProps {
  /**
   * Whether the health of an Application counts, too, without which sync waves do not wait for one Application before the
   * next. `Platform` in more than one Application wants it.
   *
   * @default true
   */
  readonly applications?: boolean;
}

/** Name of the ConfigMap that Argo CD reads its settings from. */
const CONFIG_MAP = 'argocd-cm';

/** Entries of `argocd-cm` by which Argo CD knows whether a graph serves. */
export function argoCdHealthEntries(props: ArgoCdHealthChecksProps = {}): { readonly [key: string]: string } {
  refuseMistakes('ArgoCdHealthChecks', ARGO_CD_HEALTH_CHECKS, props);
  const { applications = true } = props;
  const prefix = 'resource.customizations.health';
  return {
    [`${prefix}.${DYNAMO_GROUP}_${GRAPH_DEPLOYMENT_KIND}`]: GRAPH_HEALTH_LUA,
    ...(applications ? { [`${prefix}.argoproj.io_Application`]: APPLICATION_HEALTH_LUA } : {}),
  };
}

/**
 * The same entries as a patch, for an `argocd-cm` that somebody else keeps: a file for `patches` of Kustomize, or for
 * `kubectl patch configmap argocd-cm --namespace argocd --patch-file`.
 */
export function argoCdHealthPatch(props: ArgoCdHealthChecksProps = {}): string {
  const patch: JsonObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: CONFIG_MAP },
    data: argoCdHealthEntries(props),
  };
  return emitYaml(patch);
}

/**
 * The entries of `argocd-cm` by which Argo CD knows whether a graph serves.
 *
 * The ConfigMap is Argo CD's own and holds other settings. It is applied server-side, which adds these entries and leaves
 * the others, and is never pruned. Its namespace is that of the Environment or Chart around it.
 *
 * @see test/constructs/examples/argo-cd.ts
 */
export class ArgoCdHealthChecks extends ApiObject {
  constructor(scope: Construct, id: string, props: ArgoCdHealthChecksProps = {}) {
    super(scope, id, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: CONFIG_MAP,
        // Argo CD reads only those that carry the label.
        labels: { 'app.kubernetes.io/part-of': 'argocd' },
        annotations: { 'argocd.argoproj.io/sync-options': 'ServerSideApply=true,Prune=false,Delete=false' },
      },
      data: argoCdHealthEntries(props),
    });
  }
}
