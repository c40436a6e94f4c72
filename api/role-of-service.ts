import type { ServiceView } from './graph-view.ts';
import type { RawService } from './raw-service.ts';
import { BACKENDS, type Backend, type ServiceRole } from './service-role.ts';

const ROLE_OF_TYPE: ReadonlyMap<string, ServiceRole> = new Map([
  ['frontend', 'frontend'],
  ['worker', 'worker'],
  ['prefill', 'prefill'],
  ['decode', 'decode'],
  ['router', 'router'],
  ['planner', 'planner'],
  ['epp', 'epp'],
]);

/** Service names that Dynamo's planner accepts for a role where no sub-component type is set, by backend. */
const LEGACY_NAMES: { readonly [backend in Backend]: ReadonlyMap<string, 'prefill' | 'decode'> } = {
  vllm: new Map([
    ['VllmPrefillWorker', 'prefill'],
    ['VllmDecodeWorker', 'decode'],
  ]),
  sglang: new Map([
    ['prefill', 'prefill'],
    ['decode', 'decode'],
  ]),
  trtllm: new Map([
    ['TRTLLMPrefillWorker', 'prefill'],
    ['TRTLLMDecodeWorker', 'decode'],
    ['prefill', 'prefill'],
    ['decode', 'decode'],
  ]),
};

function legacyRole(name: string, backend: Backend | undefined): 'prefill' | 'decode' | undefined {
  const backends = backend === undefined ? BACKENDS : [backend];
  return backends.map((known) => LEGACY_NAMES[known].get(name)).find((role) => role !== undefined);
}

/** The role that a service declares. `worker` with a sub-component type is that type; the type alone is enough too. */
export function declaredRole(service: RawService): Pick<ServiceView, 'role' | 'roleSource'> | undefined {
  for (const { source, text } of service.declaredTypes) {
    const role = ROLE_OF_TYPE.get(text);
    if (role === undefined || role === 'worker') continue;
    if (source === 'subComponentType' && role !== 'prefill' && role !== 'decode') continue;
    return { role, roleSource: source };
  }
  return undefined;
}

export function roleOf(
  service: RawService,
  declaredRoles: ReadonlySet<ServiceRole | undefined>,
  backend: Backend | undefined,
): Pick<ServiceView, 'role' | 'roleSource'> {
  const own = declaredRole(service);
  if (own !== undefined) return own;
  const legacy = legacyRole(service.name, backend);
  const hasSubType = service.declaredTypes.some((type) => type.source === 'subComponentType');
  if (legacy !== undefined && !declaredRoles.has(legacy) && !hasSubType) {
    return { role: legacy, roleSource: 'legacy name' };
  }
  const worker = service.declaredTypes.find((type) => type.text === 'worker');
  if (worker !== undefined) return { role: 'worker', roleSource: worker.source };
  return { role: 'other', roleSource: 'none' };
}
