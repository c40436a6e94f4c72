import type { EppConfig } from '../../../api/index.ts';
import type { DeclaredService } from '../service.ts';
import type { Check, Finding } from './finding.ts';

export const checkEpp: Check = ({ services }) => {
  const pickers = services.filter(({ type }) => type === 'epp');
  const findings: Finding[] = [];
  if (pickers.length > 1) {
    findings.push({ message: `${pickers.map(({ name }) => `"${name}"`).join(' and ')} are both epp; a graph has one` });
  }
  for (const service of services) {
    const messages = service.type === 'epp' ? picker(service) : other(service);
    findings.push(...messages.map((message) => ({ service: service.name, message })));
  }
  return findings;
};

function picker({ replicas, isReplicasUnset, options, eppConfig }: DeclaredService): readonly string[] {
  const messages: string[] = [];
  if (!isReplicasUnset && replicas !== 1) messages.push('an endpoint picker has exactly 1 replica');
  if (options.nodes !== undefined) messages.push('an endpoint picker cannot be multinode');
  return [...messages, ...(eppConfig === undefined ? ['needs eppConfig'] : config(eppConfig))];
}

function config({ configMapRef, config: written }: EppConfig): readonly string[] {
  if ((configMapRef === undefined) === (written === undefined)) {
    return ['eppConfig must have exactly one of configMapRef and config'];
  }
  return configMapRef?.name === '' ? ['eppConfig.configMapRef.name is empty'] : [];
}

function other({ eppConfig }: DeclaredService): readonly string[] {
  return eppConfig === undefined ? [] : ['eppConfig is for type epp only'];
}
