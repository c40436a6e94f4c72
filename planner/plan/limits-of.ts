import { CONFIG_FILE, fail, type Problem, type ReplicaOwner, type Result, succeed } from '../../api/index.ts';
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
      config: config ?? {},
      configPath: `${configPath}.services.${service.name}`,
      autoscalerMax: autoscalerMax(member.owners.get(service.name)),
    });
    if (found.ok) limits.set(service.name, found.value);
    else problems.push(...found.error);
  }
  return problems.length > 0 ? fail(...problems) : succeed(limits);
}

function autoscalerMax(owner: ReplicaOwner | undefined): Limit | undefined {
  if (owner?.kind !== 'autoscaler' || owner.scaler.max === undefined) return undefined;
  return { replicas: owner.scaler.max, source: `maximum of ${owner.scaler.kind} "${owner.scaler.name}"` };
}
