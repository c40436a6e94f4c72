import { stringAt } from '../api/index.ts';
import { itemsAt } from './component.ts';
import { annotationOf, type Fleet, type FleetObject } from './fleet.ts';
import { ignoredBy, isPrefix, pointerSteps } from './ignored-differences.ts';
import type { DocumentSteps } from './jq-paths.ts';

/**
 * Whether what delivers an object leaves a field as it is in the cluster once the object is there, so that what Git says
 * counts for new ones only: Argo CD's `RespectIgnoreDifferences=true` on an ignored field, and Flux's `IfNotPresent` and
 * `spec.ignore`. Inside of lists Argo CD does not get it right (argo-cd#17694).
 */
export function isLeftAlone({ deliveries }: Fleet, of: FleetObject, path: DocumentSteps): boolean {
  if (annotationOf(of.object, 'kustomize.toolkit.fluxcd.io/ssa')?.toLowerCase() === 'ifnotpresent') return true;
  return deliveries.some(({ tool, body, objects }) => {
    if (!objects.includes(of)) return false;
    if (tool === 'flux') return itemsAt(body, 'spec', 'ignore').some((entry) => ignoresInFlux(entry, of, path));
    const respects = itemsAt(body, 'spec', 'syncPolicy', 'syncOptions').includes('RespectIgnoreDifferences=true');
    const entries = itemsAt(body, 'spec', 'ignoreDifferences');
    const isInList = path.some((step) => typeof step === 'number');
    return respects && !isInList && ignoredBy(entries, { of, path })?.hides === 'yes';
  });
}

function ignoresInFlux(entry: unknown, of: FleetObject, path: DocumentSteps): boolean {
  const paths = itemsAt(entry, 'paths');
  return (
    isFluxTarget(entry, of) &&
    paths.some((pointer) => typeof pointer === 'string' && isPrefix(pointerSteps(pointer), path))
  );
}

/** Whether an entry of a Kustomization's `spec.ignore` is about an object. */
export function isFluxTarget(entry: unknown, { object }: FleetObject): boolean {
  return (['kind', 'name', 'namespace'] as const).every((field) => {
    const wanted = stringAt(entry, 'target', field);
    const own = field === 'kind' ? stringAt(object, 'kind') : stringAt(object, 'metadata', field);
    return wanted === undefined || wanted === own || (field === 'namespace' && own === undefined);
  });
}
