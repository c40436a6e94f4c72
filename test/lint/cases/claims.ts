import type { JsonObject } from '../../../api/index.ts';
import { alpha, beta, pod } from './case.ts';
import { acceptedAmong, type FleetCase, refusedAmong } from './fleet-case.ts';

const claim = (...modes: readonly string[]): JsonObject => ({
  ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'models' } },
  spec: { accessModes: [...modes] },
});
const volumes = { volumes: [{ name: 'm', persistentVolumeClaim: { claimName: 'models' } }] };
const MODE = 'b.yaml spec.accessModes[0]';
const mount = { volumeMounts: [{ name: 'models', mountPoint: '/m' }] };

export const claimCases: readonly FleetCase[] = [
  refusedAmong(
    'gitops-single-writer-volume',
    MODE,
    { 'a.yaml': alpha(mount), 'b.yaml': claim('ReadWriteOnce') },
    {
      names: ['2 pods of "decode"', 'DynamoGraphDeployment "chat" (a.yaml:1)'],
    },
  ),
  refusedAmong('gitops-single-writer-volume', MODE, {
    'a.yaml': beta({ replicas: 1, multinode: { nodeCount: 2 }, podTemplate: pod({}, volumes) }),
    'b.yaml': claim('ReadWriteOncePod'),
  }),
  refusedAmong('gitops-single-writer-volume', MODE, {
    'a.yaml': beta({ compilationCache: { pvcName: 'models' } }),
    'b.yaml': claim('ReadWriteOnce'),
  }),
  acceptedAmong('gitops-single-writer-volume', {
    'a.yaml': alpha({ ...mount, replicas: 1 }),
    'b.yaml': claim('ReadWriteOnce'),
  }),
  acceptedAmong('gitops-single-writer-volume', {
    'a.yaml': alpha(mount),
    'b.yaml': claim('ReadWriteOnce', 'ReadWriteMany'),
  }),
  acceptedAmong('gitops-single-writer-volume', { 'a.yaml': alpha(), 'b.yaml': claim('ReadWriteOnce') }),
];
