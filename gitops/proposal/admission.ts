import type { JsonObject, OperatorVersion } from '../../api/index.ts';
import { editRefusals } from '../../lint/diff/index.ts';
import { documentObjects } from '../../lint/index.ts';
import { type ManifestFile, renderedObjects, resolveFleet } from '../../manifests/index.ts';
import { visibleText } from '../../report/index.ts';
import { type EditedFile, manifestsOf, type PlanEdit } from '../edit-set/index.ts';

/** What else is needed to tell what reaches the cluster. */
export interface AdmissionContext {
  readonly read: (file: string) => Uint8Array | undefined;
  /** The plan's `supportingFiles`: what rendered numbers are rendered from. */
  readonly supporting: readonly string[];
  readonly operator: OperatorVersion;
}

/** Findings that a refusal tells in full. */
const MOST_TOLD = 3;

/**
 * Why the API server or the operator's webhook will not take what the edits make of the objects, in words; undefined where
 * they will. Objects that are rendered are judged as they are rendered, and what was wrong before the edits is left out.
 */
export function admissionRefusal(
  edits: readonly PlanEdit[],
  files: readonly EditedFile[],
  { read, supporting, operator }: AdmissionContext,
): string | undefined {
  const after = new Map(files.map((edited) => [edited.file, edited.after]));
  const names = [...after.keys(), ...supporting];
  const isRendered = edits.some(({ target }) => target.through !== undefined);
  const objectsOf = (readFile: AdmissionContext['read']): readonly PlacedObject[] =>
    isRendered ? clusterObjects(names, readFile, operator) : writtenObjects([...after.keys()], readFile);
  const old = objectsOf(read);
  const found = objectsOf((file) => after.get(file) ?? read(file)).flatMap(({ file, object }, index) => {
    // Only integers differ, so that every object stands where it stood.
    const before = old[index];
    return before === undefined
      ? []
      : editRefusals(object, before.object, operator).map(
          ({ rule, path, message, help }) => `${file}: ${path}: ${message} (${rule}; ${help})`,
        );
  });
  if (found.length === 0) return undefined;
  const more = found.length > MOST_TOLD ? `; and ${found.length - MOST_TOLD} more` : '';
  return visibleText(`operator ${operator} would not admit the result: ${found.slice(0, MOST_TOLD).join('; ')}${more}`);
}

interface PlacedObject {
  readonly file: string;
  readonly object: JsonObject;
}

function writtenObjects(names: readonly string[], read: AdmissionContext['read']): readonly PlacedObject[] {
  return [...manifestsOf(names, read).values()].flatMap(objectsIn);
}

function objectsIn(manifest: ManifestFile): readonly PlacedObject[] {
  return manifest.documents.flatMap((document) => documentObjects(manifest, document));
}

function clusterObjects(
  names: readonly string[],
  read: AdmissionContext['read'],
  operator: OperatorVersion,
): readonly PlacedObject[] {
  const fleet = resolveFleet(manifestsOf(names, read), operator);
  const used = new Set(fleet.builds.flatMap(({ resourceFiles, patchFiles }) => [...resourceFiles, ...patchFiles]));
  const written = names.filter((file) => !used.has(file));
  return [...renderedObjects(fleet), ...writtenObjects(written, read)];
}
