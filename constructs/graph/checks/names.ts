import { isServiceName, overlongServiceNames } from '../../../api/index.ts';
import type { Check, Finding } from './finding.ts';

export const checkNames: Check = (graph) => {
  const findings: Finding[] = [];
  const seen = new Map<string, string>();
  for (const { name } of graph.services) {
    if (!isServiceName(name)) {
      const message = `"${name}" is not a service's name: at most 63 letters, digits and dashes, with a letter or digit at both ends`;
      findings.push({ service: name, message });
    }
    // Pods, adapters and Services are named by the lower-case name, so two that differ in case only are one.
    const earlier = seen.get(name.toLowerCase());
    if (earlier === undefined) seen.set(name.toLowerCase(), name);
    else if (earlier === name)
      findings.push({ service: name, message: `there are two services "${name}"; give one a name` });
    else findings.push({ service: name, message: `differs from service "${earlier}" in case only` });
  }
  const lengths = graph.services.map(({ name, options }) => ({ name, nodeCount: options.nodes ?? 1 }));
  const overlong = overlongServiceNames(graph.name, lengths, graph.operatorVersion);
  if (overlong.length === 0 || graph.isOffGrove()) return findings;
  for (const { name, excess } of overlong) {
    const message = `is ${excess} ${excess === 1 ? 'character' : 'characters'} too long beside the graph's name "${graph.name}" for operator ${graph.operatorVersion}, which makes pod names of both`;
    findings.push({ service: name, message });
  }
  return findings;
};
