import type { JsonObject } from '../../../api/index.ts';
import { anObject, listOf, type Mistake, made, mistakesIn } from '../../props/index.ts';
import type { ManifestPatch } from '../hatch/hatch.ts';
import type { PatchOperation } from '../hatch/json-patch.ts';

const OPERATIONS = listOf(
  made<PatchOperation>(
    "an operation such as { op: 'remove', path: '/spec/…' }",
    ({ op, path }) => typeof op === 'string' && typeof path === 'string',
  ),
);
const PATCH = anObject<JsonObject>();

/** What is wrong with a patch by itself; whether it finds its place is seen when it is applied. */
export function patchMistakes(patch: ManifestPatch): readonly Mistake[] {
  const [call, mistakes] =
    patch.kind === 'json'
      ? ['patch', mistakesIn(OPERATIONS, patch.operations)]
      : ['mergePatch', mistakesIn(PATCH, patch.patch)];
  return mistakes.map(({ path, message }) => ({ path: `${call}${path}`, message }));
}
