import { isGraphDeployment, type JsonObject, stringAt } from '../../api/index.ts';
import { locateInteger, type ManifestFile, readManifest } from '../../manifests/index.ts';
import type { PlanEdit } from './plan-edits.ts';

/**
 * Whether every number of the edits already is what the plan wants, though files have changed since the plan was made:
 * it was applied or merged before, or somebody else came to the same numbers.
 * @param read bytes of a file as it is now; undefined where there is none.
 */
export function areHeldAlready(edits: readonly PlanEdit[], read: (file: string) => Uint8Array | undefined): boolean {
  const manifests = new Map<string, ManifestFile | undefined>();
  const manifestOf = (file: string): ManifestFile | undefined => {
    if (!manifests.has(file)) {
      const bytes = read(file);
      manifests.set(file, bytes === undefined ? undefined : readManifest(file, bytes).manifest);
    }
    return manifests.get(file);
  };
  return edits.length > 0 && edits.every((edit) => isHeld(edit, manifestOf(edit.location.file)));
}

function isHeld({ target, location }: PlanEdit, manifest: ManifestFile | undefined): boolean {
  const document = manifest?.documents.find(({ index }) => index === location.document);
  if (manifest === undefined || document === undefined || !speaksOf(document.value, target.deployment)) return false;
  const located = locateInteger(manifest, location.document, location.path);
  return located.ok && located.value.value === target.target;
}

/** In a file that changed, another graph may have taken the document's place. */
function speaksOf(document: JsonObject, deployment: string): boolean {
  if (isGraphDeployment(document)) return stringAt(document, 'metadata', 'name') === deployment;
  return stringAt(document, 'deployment') === undefined || stringAt(document, 'deployment') === deployment;
}
