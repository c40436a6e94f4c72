import { accepted, alpha, beta, type RuleCase, refused } from './case.ts';

const claim = { name: 'models', create: true, size: '100Gi', storageClass: 'fast', volumeAccessMode: 'ReadWriteMany' };
const claims = (pvc: Parameters<typeof alpha>[0]) => alpha({}, { pvcs: [pvc ?? null] });

export const storageCases: readonly RuleCase[] = [
  refused('pvc-name', 'spec.pvcs[0].name', claims({ name: '' })),
  accepted('pvc-name', claims({ name: 'models' })),
  refused('pvc-create-incomplete', 'spec.pvcs[0]', claims({ ...claim, storageClass: '' })),
  refused('pvc-create-incomplete', 'spec.pvcs[0]', claims({ ...claim, size: 0 }), { operator: '0.9.0' }),
  accepted('pvc-create-incomplete', claims(claim)),
  accepted('pvc-create-incomplete', claims({ name: 'models' })),
  refused(
    'mount-point',
    'spec.services[decode].volumeMounts[1].mountPoint',
    alpha({ volumeMounts: [{ name: 'a', mountPoint: '/a' }, { name: 'b' }] }),
  ),
  accepted('mount-point', alpha({ volumeMounts: [{ name: 'jit', useAsCompilationCache: true }] })),
  refused(
    'compilation-cache-name',
    'spec.services[decode].volumeMounts[0].name',
    alpha({ volumeMounts: [{ name: '', useAsCompilationCache: true }] }),
  ),
  accepted('compilation-cache-name', alpha({ volumeMounts: [{ name: 'jit', useAsCompilationCache: true }] })),
  refused('shared-memory-size', 'spec.services[decode].sharedMemory', alpha({ sharedMemory: {} })),
  refused('shared-memory-size', 'spec.services[decode].sharedMemory.size', alpha({ sharedMemory: { size: '0' } }), {
    operator: '0.9.0',
  }),
  accepted('shared-memory-size', alpha({ sharedMemory: { disabled: true } })),
  accepted('shared-memory-size', alpha({ sharedMemory: { size: '16Gi' } })),
  refused('shared-memory-negative', 'spec.components[0].sharedMemorySize', beta({ sharedMemorySize: '-1Gi' })),
  accepted('shared-memory-negative', beta({ sharedMemorySize: '0' })),
];
