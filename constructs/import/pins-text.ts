import { parseDocument, pinsSchema, type ServicePin } from '../../api/index.ts';
import { emitYaml } from '../render/emit.ts';
import type { ScalingCompanion } from './beside/companion.ts';
import { declaredName, type GraphDeclaration } from './declaration.ts';

/**
 * Pins of a graph's sized services, and of what scales its services; undefined where there are none, or none that pins
 * could name.
 */
export function pinsText(
  app: string,
  environment: string,
  { name, services }: GraphDeclaration,
  scalers: readonly ScalingCompanion[],
): string | undefined {
  const counts = services
    .filter(({ isPinned }) => isPinned)
    .map((service) => [declaredName(service), { replicas: service.replicas ?? 0 }] as const);
  const pinned = [...counts, ...scalers.map((scaler) => [scaler.service, pinOf(scaler)] as const)];
  if (pinned.length === 0) return undefined;
  const pins = { schemaVersion: 1, deployment: name, environment, services: Object.fromEntries(pinned) };
  if (!parseDocument(pinsSchema, pins, '').ok) return undefined;
  return `# Replicas of ${name} in ${environment}. Bounds are in apps/${app}/main.ts.\n${emitYaml(pins)}`;
}

function pinOf({ construct, bounds: { min, max } }: ScalingCompanion): ServicePin {
  return construct === 'ScalingAdapter' ? { replicas: min } : { minReplicas: min, maxReplicas: max };
}
