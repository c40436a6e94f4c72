import {
  CONFIG_FILE,
  isWorkerRole,
  type Policy,
  type Problem,
  type ReplicaBounds,
  type Result,
  type ServiceLimits,
  type ServiceRole,
  succeed,
} from '../../api/index.ts';

/** A limit, and who set it in the words to show. */
export interface Limit {
  readonly replicas: number;
  readonly source: string;
}

/** What one service's replicas must keep to, from the author, the config and the autoscaler together. */
export interface ReplicaLimits {
  readonly min: Limit | undefined;
  readonly max: Limit | undefined;
  readonly maxStepUp: number | undefined;
  readonly maxStepDown: number | undefined;
}

export interface LimitSources {
  /** For messages: `chat/decode`. */
  readonly service: string;
  readonly role: ServiceRole;
  readonly author: ReplicaBounds | undefined;
  readonly config: ServiceLimits;
  /** Path of the config's limits: `deployments[0].services.decode`. */
  readonly configPath: string;
  /** Ceiling of the autoscaler whose floor is moved. */
  readonly autoscalerMax: Limit | undefined;
}

/** Author of a graph and config agree where config only narrows; every disagreement is named with both sides. */
export function replicaLimits(sources: LimitSources): Result<ReplicaLimits> {
  const { service, role, author, config, configPath, autoscalerMax } = sources;
  const problems: Problem[] = [];
  const refuse = (field: string, message: string, hint: string): void => {
    problems.push({ code: 'refused', file: CONFIG_FILE, path: `${configPath}.${field}`, message, hint });
  };
  const { min, max } = config;
  const declared = author === undefined ? '' : `${service} is declared with ${author.min} to ${author.max} replicas`;
  const change = 'narrow it here, or change the limits in the code and run synth';
  if (author !== undefined && min !== undefined && min > author.max) {
    refuse('min', `min is ${min}, and ${declared}: no number is left`, change);
  } else if (author !== undefined && min !== undefined && min < author.min) {
    refuse('min', `min is ${min}, and ${declared}: config may narrow this, not widen it`, change);
  }
  if (author !== undefined && max !== undefined && max < author.min) {
    refuse('max', `max is ${max}, and ${declared}: no number is left`, change);
  } else if (author !== undefined && max !== undefined && max > author.max) {
    refuse('max', `max is ${max}, and ${declared}: config may narrow this, not widen it`, change);
  }
  if (min !== undefined && max !== undefined && min > max) {
    refuse('min', `min is ${min} and max is ${max}: no number is left`, 'min must not be above max');
  }
  const lower = narrowest([limit(author?.min, 'declared in code'), limit(min, `${CONFIG_FILE}`)], (a, b) => a > b);
  const upper = narrowest(
    [limit(author?.max, 'declared in code'), limit(max, `${CONFIG_FILE}`), autoscalerMax],
    (a, b) => a < b,
  );
  if (problems.length === 0 && lower !== undefined && upper !== undefined && lower.replicas > upper.replicas) {
    problems.push({
      code: 'refused',
      message: `${service} needs at least ${lower.replicas} replicas (${lower.source}) and at most ${upper.replicas} (${upper.source}): no number is left`,
      hint: 'raise the autoscaler’s maximum or lower the minimum',
    });
  }
  if (problems.length === 0 && isWorkerRole(role) && upper !== undefined && upper.replicas < 1) {
    problems.push({
      code: 'refused',
      message: `${service} is a ${role} service, which keeps at least 1 replica, and may have at most ${upper.replicas} (${upper.source}): no number is left`,
      hint: 'raise its maximum, or take the deployment out of the config',
    });
  }
  if (problems.length > 0) return { ok: false, error: problems };
  return succeed({ min: lower, max: upper, maxStepUp: config.maxStepUp, maxStepDown: config.maxStepDown });
}

/** What the author declared for a service. Names come from manifests, so only the policy's own keys count. */
export function declaredBounds(policy: Policy | undefined, service: string): ReplicaBounds | undefined {
  return policy !== undefined && Object.hasOwn(policy.services, service) ? policy.services[service] : undefined;
}

function limit(replicas: number | undefined, source: string): Limit | undefined {
  return replicas === undefined ? undefined : { replicas, source };
}

/** The first of the limits that no other is tighter than. */
function narrowest(
  limits: readonly (Limit | undefined)[],
  isTighter: (a: number, b: number) => boolean,
): Limit | undefined {
  return limits.reduce(
    (best, next) =>
      next !== undefined && (best === undefined || isTighter(next.replicas, best.replicas)) ? next : best,
    undefined,
  );
}
