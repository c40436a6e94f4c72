import type { DocumentPath } from '../../api/index.ts';

/** Why a value is not replaced, and what to do about it. */
export interface Refusal {
  readonly message: string;
  readonly hint?: string;
}

export const WRITE_IT = 'write the number once by hand; after that it can be edited';

/** What runs where a count is not written, as the end of a sentence; empty where nothing is known to. */
export function valueInForce(path: DocumentPath): string {
  const last = path.at(-1);
  if (path[0] !== 'spec' || typeof last !== 'string') return '';
  return IN_FORCE.get(last) ?? '';
}

/** Dynamo's operator 0.9 to 1.5, Kubernetes' autoscaling/v2 and KEDA 2. */
const IN_FORCE: ReadonlyMap<string, string> = new Map([
  ['replicas', '; the operator runs 1'],
  ['minReplicas', '; Kubernetes takes 1'],
  ['minReplicaCount', '; KEDA takes 0'],
  ['maxReplicaCount', '; KEDA takes 100'],
]);
