import {
  CONFIG_FILE,
  type DeploymentConfig,
  fail,
  isWorkerRole,
  type Problem,
  type ReplicaOwner,
  type Result,
  type ServiceLimits,
  type ServiceView,
  succeed,
} from '../../api/index.ts';
import { graphLabel } from '../budget/index.ts';
import { declaredBounds, type Limit, type ReplicaLimits, replicaLimits } from '../guardrails/index.ts';
import type { PlaceableGraph } from './place.ts';

/** Limits of every service that the config or the author names, so that a contradiction is found whatever is planned. */
export function limitsOf(graph: PlaceableGraph): Result<ReadonlyMap<string, ReplicaLimits>> {
  const { deployment, member, configPath } = graph;
  const problems: Problem[] = [];
  const limits = new Map<string, ReplicaLimits>();
  const names = member.view.services.map((service) => service.name);
  for (const name of Object.keys(deployment.services)) {
    if (names.includes(name)) continue;
    const message = `${graphLabel(graph)} has no service "${name}"`;
    const hint = `it has ${names.map((one) => `"${one}"`).join(', ')}`;
    problems.push({ code: 'not-found', file: CONFIG_FILE, path: `${configPath}.services.${name}`, message, hint });
  }
  for (const service of member.view.services) {
    const config = Object.hasOwn(deployment.services, service.name) ? deployment.services[service.name] : undefined;
    const found = replicaLimits({
      service: `${graph.name}/${service.name}`,
      role: service.role,
      author: declaredBounds(member.policy, service.name),
      config: withDefaults(config ?? {}, service, deployment),
      configPath: `${configPath}.services.${service.name}`,
      autoscalerMax: autoscalerMax(member.owners.get(service.name)),
    });
    if (found.ok) limits.set(service.name, found.value);
    else problems.push(...found.error);
  }
  return problems.length > 0 ? fail(...problems) : succeed(limits);
}

/**
 * Workers that `sla` sizes go down one at a time unless the config says otherwise: what a plan gave up by mistake is then one
 * replica, and the next plan sees what it did. It is also the most that a plan from masked metrics may differ by.
 */
function withDefaults(config: ServiceLimits, { role }: ServiceView, { strategy }: DeploymentConfig): ServiceLimits {
  const isSized = strategy.kind === 'sla' && isWorkerRole(role);
  return isSized ? { ...config, maxStepDown: config.maxStepDown ?? SLA_STEP_DOWN } : config;
}

const SLA_STEP_DOWN = 1;

function autoscalerMax(owner: ReplicaOwner | undefined): Limit | undefined {
  if (owner?.kind !== 'autoscaler' || owner.scaler.max === undefined) return undefined;
  return { replicas: owner.scaler.max, source: `maximum of ${owner.scaler.kind} "${owner.scaler.name}"` };
}
