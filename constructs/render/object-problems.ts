import type { IConstruct } from 'constructs';
import { type Problem, stringAt } from '../../api/index.ts';
import { problemAt } from '../synthesis.ts';

/** What every object of Kubernetes says of itself. */
const IDENTITY = [['apiVersion'], ['kind'], ['metadata', 'name']] as const;

/**
 * What a rendered document lacks to be an object. A file without one looks to Argo CD and Flux as if the object were no
 * longer wanted, so that they would delete it: whatever led to it, it is never written.
 */
export function objectProblems(construct: IConstruct, value: unknown): readonly Problem[] {
  const missing = IDENTITY.filter((path) => (stringAt(value, ...path) ?? '') === '').map((path) => path.join('.'));
  if (missing.length === 0) return [];
  const message = `renders to no object of Kubernetes: without ${missing.join(', ')}, syncing it would delete what runs`;
  return [problemAt(construct, message)];
}
