import { flag, listOf, oneOf, type Properties, required, shape, text } from '../../props/index.ts';
import type { ClaimMount, NamedVolumeMount, StorageOptions } from '../fields/storage.ts';

const MOUNT = shape<ClaimMount | NamedVolumeMount>(
  'an object',
  {
    claim: text,
    mountPath: required(text),
    volume: text,
    subPath: text,
    subPathExpr: text,
    readOnly: flag,
    recursiveReadOnly: oneOf('Disabled', 'IfPossible', 'Enabled'),
    mountPropagation: oneOf('None', 'HostToContainer', 'Bidirectional'),
  },
  ({ claim, volume }) =>
    claim === undefined && volume === undefined
      ? [{ path: '.claim', message: 'is missing; it must be text, or "volume" names a volume of the pod' }]
      : [],
);

export const STORAGE: Properties<StorageOptions> = {
  volumeMounts: listOf(MOUNT),
  compilationCache: shape<NonNullable<StorageOptions['compilationCache']>>('an object', {
    claim: required(text),
    mountPath: text,
  }),
  mountModelCache: flag,
};
