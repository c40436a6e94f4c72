import { type JsonObject, stringAt } from '../../../api/index.ts';
import { Size } from '../../cdk8s.ts';
import { compact } from '../../graph/compact.ts';
import { Call } from '../declaration.ts';
import { pickList, pickObject, pickText } from '../pick.ts';
import type { ClaimCompanion } from './companion.ts';

/** Modes that a cache knows. */
const ACCESS_MODES = new Set<unknown>(['ReadWriteMany', 'ReadOnlyMany', 'ReadWriteOnce']);

/** A PersistentVolumeClaim as a ModelCache without a download; undefined where it is none of whole gibibytes. */
export function readClaim(claim: JsonObject): ClaimCompanion | undefined {
  const spec = pickObject(claim, 'spec');
  const name = stringAt(claim, 'metadata', 'name');
  const [mode] = pickList(spec, 'accessModes') ?? [];
  const storage = pickText(pickObject(pickObject(spec, 'resources'), 'requests'), 'storage');
  const gibibytes = /^([1-9]\d{0,8})Gi$/.exec(storage ?? '')?.[1];
  if (name === undefined || gibibytes === undefined || !ACCESS_MODES.has(mode)) return undefined;
  const isProtected = pickObject(pickObject(claim, 'metadata'), 'annotations') !== undefined;
  return {
    construct: 'ModelCache',
    claimName: name,
    props: compact({
      size: new Call('Size.gibibytes', Number(gibibytes), Size.gibibytes(Number(gibibytes))),
      storageClass: pickText(spec, 'storageClassName'),
      accessMode: mode === 'ReadWriteMany' ? undefined : mode,
      isProtected: isProtected ? undefined : false,
    }),
  };
}
