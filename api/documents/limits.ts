/** What readers and writers of documents need that cannot wait for the schemas to load. */

/** Annotation in which a rendered graph carries what its author declared, as JSON. */
export const POLICY_ANNOTATION = 'dynamo-gitops/policy';

/** Most replicas that pins, plans and policies speak of. */
export const MAX_REPLICA_COUNT = 10_000;

/** Kubernetes names of services keep their case. */
export const SERVICE_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Path of a graph's pins, from the repository's root. */
export function pinsPath(app: string, environment: string, deployment: string): string {
  return `apps/${app}/pins/${environment}/${deployment}.yaml`;
}

/** A path inside the repository: relative, with forward slashes, without `.` or `..` steps. */
export function isRepositoryPath(path: string): boolean {
  return (
    !path.includes('\\') &&
    !path.includes('\0') &&
    path.split('/').every((step) => step !== '' && step !== '.' && step !== '..' && step.toLowerCase() !== '.git')
  );
}
