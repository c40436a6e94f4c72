import type { JsonObject } from '../../api/index.ts';

/** What both health checks must say of one object of the cluster. */
export interface HealthCase {
  readonly name: string;
  /** Left out where the object has none. */
  readonly status?: JsonObject;
  readonly generation?: number;
  readonly health: 'Progressing' | 'Degraded' | 'Healthy';
  /** What Argo CD shows; Flux's expressions carry no message. */
  readonly message: string;
}

const READY = { type: 'Ready', status: 'True', reason: 'all_resources_are_ready', message: 'All resources are ready' };
const SILENT = 'the operator has not reported on the graph yet';
const BEHIND = 'the operator has not seen the newest generation yet';

function notReady(reason: string, message: string): JsonObject {
  return { type: 'Ready', status: 'False', reason, message };
}

/** The decision table. Generation 2 is what the repository last asked for. */
export const HEALTH_CASES: readonly HealthCase[] = [
  { name: 'no status', health: 'Progressing', message: SILENT },
  { name: 'an empty status', status: {}, health: 'Progressing', message: SILENT },
  {
    name: 'a generation but no state',
    status: { observedGeneration: 2 },
    health: 'Progressing',
    message: SILENT,
  },
  { name: 'an empty state', status: { state: '' }, health: 'Progressing', message: SILENT },
  {
    name: 'initializing without conditions',
    status: { state: 'initializing', observedGeneration: 2 },
    health: 'Progressing',
    message: 'state is initializing',
  },
  {
    name: 'pending for want of GPUs',
    status: {
      state: 'pending',
      observedGeneration: 2,
      conditions: [notReady('insufficient_capacity', '0/8 nodes are available: 8 Insufficient nvidia.com/gpu.')],
    },
    health: 'Progressing',
    message: '0/8 nodes are available: 8 Insufficient nvidia.com/gpu.',
  },
  {
    name: 'pending while pods start',
    status: { state: 'pending', observedGeneration: 2, conditions: [notReady('pods_not_ready', '')] },
    health: 'Progressing',
    message: 'pods_not_ready',
  },
  {
    name: 'a state of the future',
    status: { state: 'hibernating', observedGeneration: 2, conditions: [READY] },
    health: 'Progressing',
    message: 'All resources are ready',
  },
  {
    name: 'serving',
    status: { state: 'successful', observedGeneration: 2, conditions: [READY] },
    health: 'Healthy',
    message: 'All resources are ready',
  },
  {
    name: 'serving, with a condition of another type that is false',
    status: {
      state: 'successful',
      observedGeneration: 2,
      conditions: [READY, { type: 'TopologyLevelsAvailable', status: 'False', reason: 'TopologyLevelsUnavailable' }],
    },
    health: 'Healthy',
    message: 'All resources are ready',
  },
  {
    name: 'serving, with another condition first',
    status: {
      state: 'successful',
      observedGeneration: 2,
      conditions: [{ type: 'TopologyLevelsAvailable', status: 'True' }, READY],
    },
    health: 'Healthy',
    message: 'All resources are ready',
  },
  {
    name: 'serving, of an older generation',
    status: { state: 'successful', observedGeneration: 1, conditions: [READY] },
    health: 'Progressing',
    message: BEHIND,
  },
  {
    name: 'failed, of an older generation',
    status: {
      state: 'failed',
      observedGeneration: 1,
      conditions: [notReady('failed_to_reconcile_the_resources', 'no')],
    },
    health: 'Progressing',
    message: BEHIND,
  },
  {
    name: 'serving by an old operator, which reports no generation',
    status: { state: 'successful', conditions: [READY] },
    health: 'Healthy',
    message: 'All resources are ready',
  },
  {
    name: 'serving by an old operator, whose condition is of an older generation',
    status: { state: 'successful', conditions: [{ ...READY, observedGeneration: 1 }] },
    health: 'Progressing',
    message: BEHIND,
  },
  {
    name: 'serving by an old operator, whose condition is of this generation',
    status: { state: 'successful', conditions: [{ ...READY, observedGeneration: 2 }] },
    health: 'Healthy',
    message: 'All resources are ready',
  },
  {
    name: 'the tenth generation, of which the operator has seen the ninth',
    status: { state: 'successful', observedGeneration: 9, conditions: [READY] },
    generation: 10,
    health: 'Progressing',
    message: BEHIND,
  },
  {
    name: 'successful but not ready',
    status: { state: 'successful', observedGeneration: 2, conditions: [notReady('updating', 'rolling out decode')] },
    health: 'Progressing',
    message: 'rolling out decode',
  },
  {
    name: 'successful and unknown',
    status: { state: 'successful', observedGeneration: 2, conditions: [{ type: 'Ready', status: 'Unknown' }] },
    health: 'Progressing',
    message: 'state is successful',
  },
  {
    name: 'successful without conditions',
    status: { state: 'successful', observedGeneration: 2 },
    health: 'Progressing',
    message: 'state is successful',
  },
  {
    name: 'successful with no condition in the list',
    status: { state: 'successful', observedGeneration: 2, conditions: [] },
    health: 'Progressing',
    message: 'state is successful',
  },
  {
    name: 'failed',
    status: {
      state: 'failed',
      observedGeneration: 2,
      conditions: [notReady('failed_to_reconcile_the_resources', 'PodCliqueSet "chat" is invalid')],
    },
    health: 'Degraded',
    message: 'PodCliqueSet "chat" is invalid',
  },
  {
    name: 'failed without conditions',
    status: { state: 'failed', observedGeneration: 2 },
    health: 'Degraded',
    message: 'state is failed',
  },
  {
    name: 'failed by an old operator',
    status: { state: 'failed', conditions: [notReady('ValidationFailed', 'the graph is invalid')] },
    health: 'Degraded',
    message: 'the graph is invalid',
  },
];
