import type { DeclaredGraph } from '../declared-graph.ts';
import type { Check, Finding } from './finding.ts';

export const checkRoles: Check = (graph) => [...pairs(graph), ...engines(graph), ...singles(graph)];

/** The planner sizes one prefill and one decode, and neither serves without the other. Custom services are their author's. */
function pairs({ services }: DeclaredGraph): readonly Finding[] {
  const names = (role: string): readonly string[] =>
    services.filter((service) => service.role === role && service.isPaired).map((service) => service.name);
  const [prefill, decode] = [names('prefill'), names('decode')];
  const all = new Set(services.map(({ role }) => role));
  const findings: Finding[] = [];
  for (const [role, found] of [
    ['prefill', prefill],
    ['decode', decode],
  ] as const) {
    if (found.length > 1) {
      const message = `${found.map((name) => `"${name}"`).join(' and ')} are both ${role}; the planner can size one of each`;
      findings.push({ message });
    }
  }
  if (prefill.length > 0 && !all.has('decode')) findings.push({ message: 'has prefill but no decode; call addDecode' });
  if (decode.length > 0 && !all.has('prefill')) {
    findings.push({ message: 'has decode but no prefill; call addPrefill, or addWorker for workers that do both' });
  }
  return findings;
}

function engines({ services, backend, model }: DeclaredGraph): readonly Finding[] {
  const missing = [...(backend === undefined ? ['backend'] : []), ...(model === undefined ? ['model'] : [])];
  if (missing.length === 0) return [];
  return services.flatMap(({ name, engine }) =>
    engine === undefined
      ? []
      : [
          {
            service: name,
            message: `needs the graph's ${missing.join(' and ')} for its command line; give them, or this worker's own "command"`,
          },
        ],
  );
}

function singles({ services }: DeclaredGraph): readonly Finding[] {
  const planners = services.filter(({ role }) => role === 'planner').map(({ name }) => `"${name}"`);
  return planners.length > 1
    ? [{ message: `${planners.join(' and ')} are both planners; they would undo each other` }]
    : [];
}
