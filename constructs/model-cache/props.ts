import type { Size } from '../cdk8s.ts';
import { anObject, either, flag, listOf, made, mapOf, number, oneOf, required, shape, text } from '../props/index.ts';
import type { AccessPodProps } from './access-pod.ts';
import type { ExistingClaimOptions, ModelCacheProps } from './model-cache.ts';
import type { HubModel, ModelDownloadProps } from './model-download.ts';

const ACCESS_MODE = oneOf('ReadWriteMany', 'ReadOnlyMany', 'ReadWriteOnce');

const DOWNLOAD = shape<ModelDownloadProps>('an object', {
  models: required(
    listOf(either(text, shape<HubModel>('{ name, revision }', { name: required(text), revision: text }))),
  ),
  image: required(text),
  environmentSecret: text,
  environment: mapOf(text),
  retries: number,
  podSpec: anObject(),
});

export const MODEL_CACHE_PROPS = shape<ModelCacheProps>('an object', {
  size: required(
    made<Size>('a Size, such as Size.gibibytes(200)', ({ toGibibytes }) => typeof toGibibytes === 'function'),
  ),
  storageClass: text,
  accessMode: ACCESS_MODE,
  mountPath: text,
  download: DOWNLOAD,
  accessPod: either(flag, shape<AccessPodProps>('an object', { image: text, isWritable: flag })),
  isProtected: flag,
});

export const EXISTING_CLAIM = shape<{ readonly claimName: string } & ExistingClaimOptions>('an object', {
  claimName: required(text),
  mountPath: text,
  accessMode: ACCESS_MODE,
});
