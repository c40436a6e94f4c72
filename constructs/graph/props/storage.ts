import { flag, listOf, type Properties, required, shape, text } from '../../props/index.ts';
import type { ClaimMount, StorageOptions } from '../fields/storage.ts';

export const STORAGE: Properties<StorageOptions> = {
  volumeMounts: listOf(shape<ClaimMount>('an object', { claim: required(text), mountPath: required(text) })),
  compilationCache: shape<NonNullable<StorageOptions['compilationCache']>>('an object', {
    claim: required(text),
    mountPath: text,
  }),
  mountModelCache: flag,
};
