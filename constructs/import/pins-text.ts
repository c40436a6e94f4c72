import { parseDocument, pinsSchema } from '../../api/index.ts';
import { emitYaml } from '../render/emit.ts';
import { declaredName, type GraphDeclaration } from './declaration.ts';

/** Pins of a graph's sized services; undefined where there are none, or none that pins could name. */
export function pinsText(app: string, environment: string, { name, services }: GraphDeclaration): string | undefined {
  const pinned = services.filter(({ isPinned }) => isPinned);
  if (pinned.length === 0) return undefined;
  const pins = {
    schemaVersion: 1,
    deployment: name,
    environment,
    services: Object.fromEntries(pinned.map((service) => [declaredName(service), { replicas: service.replicas ?? 0 }])),
  };
  if (!parseDocument(pinsSchema, pins, '').ok) return undefined;
  return `# Replicas of ${name} in ${environment}. Bounds are in apps/${app}/main.ts.\n${emitYaml(pins)}`;
}
