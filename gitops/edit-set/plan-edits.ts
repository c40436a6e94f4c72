import {
  type DocumentPath,
  formatPath,
  type Plan,
  type PlanTarget,
  type Problem,
  type Result,
  type ScalarLocation,
  succeed,
} from '../../api/index.ts';
import { protectionOf } from './protected-paths.ts';

/** One number to replace in one file, and the target that asks for it. */
export interface PlanEdit {
  readonly target: PlanTarget;
  readonly location: ScalarLocation;
}

/** What a plan changes in one graph of one environment: the content of one proposal. */
export interface EditGroup {
  readonly environment: string;
  readonly deployment: string;
  /** Empty where every number already is what it should be. */
  readonly edits: readonly PlanEdit[];
}

/** Fields that hold a replica count or a bound of one; another one is only reached where files prove that it becomes one. */
const REPLICA_FIELDS: ReadonlySet<string> = new Set([
  'replicas',
  'minReplicas',
  'maxReplicas',
  'minReplicaCount',
  'maxReplicaCount',
  'desiredReplicas',
]);

/**
 * The edits of a plan, by environment and graph, in the order of their names. Targets that already are what they should
 * be give none.
 * @returns a problem for every location that may not be edited and for every number that is asked for twice.
 */
export function planEdits(plan: Plan): Result<readonly EditGroup[]> {
  const problems: Problem[] = [];
  const groups = new Map<string, { environment: string; deployment: string; edits: PlanEdit[] }>();
  const claimed = new Set<string>();
  for (const target of plan.targets) {
    const { environment, deployment } = target;
    const key = `${environment}/${deployment}`;
    const group = groups.get(key) ?? { environment, deployment, edits: [] };
    groups.set(key, group);
    if (target.target === target.current) continue;
    for (const location of target.locations) {
      const problem = refusal(location, target.through !== undefined) ?? claim(location, claimed);
      if (problem !== undefined) problems.push(problem);
      group.edits.push({ target, location });
    }
  }
  if (problems.length > 0) return { ok: false, error: problems };
  return succeed([...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group));
}

/** @param isProven whether the number is shown by other files to be the service's, whatever its field is called. */
function refusal(location: ScalarLocation, isProven: boolean): Problem | undefined {
  const { file, line } = location;
  const protection = protectionOf(file);
  if (protection !== undefined) return { code: 'refused', file, message: `${protection}; the plan may not edit it` };
  const path = formatPath(location.path);
  const field = location.path.at(-1);
  return isProven || (typeof field === 'string' && REPLICA_FIELDS.has(field))
    ? undefined
    : { code: 'refused', file, line, path, message: 'is not a replica count; the plan may not edit it' };
}

function claim(location: ScalarLocation, claimed: Set<string>): Problem | undefined {
  const path: DocumentPath = location.path;
  const key = JSON.stringify([location.file, location.document, path]);
  if (!claimed.has(key)) {
    claimed.add(key);
    return undefined;
  }
  return {
    ...{ code: 'duplicate', file: location.file, line: location.line, path: formatPath(path) },
    message: 'is asked for by two targets of the plan',
  };
}
