import { scalerOf } from '../../api/index.ts';
import { readManifest } from '../../manifests/index.ts';
import type { Autoscaler } from '../../report/index.ts';
import type { PlanEdit } from '../edit-set/index.ts';

/** The autoscalers whose floors are edited, as their manifests describe them. */
export function autoscalersOf(
  edits: readonly PlanEdit[],
  read: (file: string) => Uint8Array | undefined,
): readonly Autoscaler[] {
  return edits.flatMap(({ target, location }): readonly Autoscaler[] => {
    const bytes = target.owner === 'autoscaler' ? read(location.file) : undefined;
    if (bytes === undefined) return [];
    const { manifest } = readManifest(location.file, bytes);
    const document = manifest?.documents.find(({ index }) => index === location.document);
    const scaler = document === undefined ? undefined : scalerOf(document.value);
    if (scaler === undefined || scaler.kind === 'adapter') return [];
    const { namespace, service } = target;
    return [{ namespace, service, kind: scaler.kind, name: scaler.name, max: scaler.max }];
  });
}
