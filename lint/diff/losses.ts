import { isObject, type JsonObject, objectAt, stringAt } from '../../api/index.ts';
import { itemsAt } from '../component.ts';

/** What is gone for good when an object is removed and the removal is synced, beyond the object; empty for most. */
export function lossesOf(object: JsonObject): readonly string[] {
  const { kind } = object;
  if (kind === 'DynamoGraphDeployment') return graphLosses(object);
  if (kind === 'PersistentVolumeClaim') {
    return isKept(object)
      ? ['it is marked to be kept when it leaves Git, so the claim and its data stay until somebody deletes them']
      : ['the claim is deleted, and with most storage classes the data in it'];
  }
  if (kind === 'Namespace') return ['everything in the namespace is deleted with it'];
  return [];
}

function graphLosses(graph: JsonObject): readonly string[] {
  const claims = itemsAt(graph, 'spec', 'pvcs').flatMap((claim) => {
    const name = stringAt(claim, 'name');
    return isObject(claim) && claim.create === true && name !== undefined ? [name] : [];
  });
  return [
    'the graph stops serving',
    ...claims.map(
      (claim) => `the claim "${claim}", which the operator made for the graph, is deleted with the model in it`,
    ),
  ];
}

/** Argo CD's and Flux's ways to say that an object outlives its file. */
function isKept(object: JsonObject): boolean {
  const annotations = objectAt(object, 'metadata', 'annotations');
  const options = stringAt(annotations, 'argocd.argoproj.io/sync-options') ?? '';
  return (
    /(^|,)\s*Prune=false\s*(,|$)/.test(options) ||
    stringAt(annotations, 'kustomize.toolkit.fluxcd.io/prune') === 'disabled' ||
    stringAt(annotations, 'helm.sh/resource-policy') === 'keep'
  );
}
