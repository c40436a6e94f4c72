import {
  CONFIG_FILE,
  type Config,
  type DeploymentConfig,
  isDnsSubdomain,
  isNamedBy,
  type Problem,
  type Result,
  succeed,
} from '../../api/index.ts';
import { graphLabel } from '../budget/index.ts';
import type { FleetMember } from './input.ts';

/** A graph of the fleet, and the part of the config that names it. */
export interface SelectedGraph {
  readonly member: FleetMember;
  readonly name: string;
  readonly environment: string | undefined;
  readonly namespace: string | undefined;
  /** Undefined where no deployment of the config names the graph. */
  readonly deployment: DeploymentConfig | undefined;
  /** Path of the deployment in the config, for messages. */
  readonly configPath: string;
}

/**
 * Matches the config's deployments with the graphs of the manifests, one to one, and puts the fleet in an order that does
 * not depend on the order of files. A deployment that names no graph, or several, is refused with what is there.
 */
export function selectGraphs(config: Config, fleet: readonly FleetMember[]): Result<readonly SelectedGraph[]> {
  const problems: Problem[] = [];
  const deploymentOf = new Map<FleetMember, { readonly deployment: DeploymentConfig; readonly path: string }>();
  for (const { view, file } of fleet) {
    if (isDnsSubdomain(view.name)) continue;
    const message = `${JSON.stringify(view.name)} is not a name that Kubernetes accepts for a graph`;
    problems.push({ code: 'schema', file, path: 'metadata.name', message });
  }
  config.deployments.forEach((deployment, index) => {
    const path = `deployments[${index}]`;
    const refuse = (message: string, hint: string): void => {
      problems.push({ code: 'not-found', file: CONFIG_FILE, path, message, hint });
    };
    const found = fleet.filter(({ view: { name, namespace }, policy }) =>
      isNamedBy(deployment, { name, namespace, environment: policy?.environment }),
    );
    const [member, second] = found;
    if (member === undefined) {
      refuse(`no graph ${wordsOf(deployment)} is in the manifests`, whatIsThere(fleet));
    } else if (second !== undefined) {
      const places = found.map((one) => `${describe(one)} in ${one.file}`).join(' and ');
      refuse(
        `${wordsOf(deployment)} names ${found.length} graphs: ${places}`,
        'tell them apart with environment and namespace',
      );
    } else {
      const other = deploymentOf.get(member);
      if (other === undefined) deploymentOf.set(member, { deployment, path });
      else refuse(`${other.path} names the same graph, ${describe(member)}`, 'keep one of the two');
    }
  });
  if (problems.length > 0) return { ok: false, error: problems };
  const selected = fleet.map((member): SelectedGraph => {
    const named = deploymentOf.get(member);
    return {
      member,
      name: member.view.name,
      environment: member.policy?.environment ?? named?.deployment.environment,
      namespace: member.view.namespace ?? named?.deployment.namespace,
      deployment: named?.deployment,
      configPath: named?.path ?? '',
    };
  });
  return succeed(selected.toSorted(byName));
}

function byName(a: SelectedGraph, b: SelectedGraph): number {
  return (
    compare(a.environment ?? '', b.environment ?? '') ||
    compare(a.namespace ?? '', b.namespace ?? '') ||
    compare(a.name, b.name) ||
    compare(a.member.file, b.member.file)
  );
}

/** By code units, so that no locale decides. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function wordsOf({ name, environment, namespace }: DeploymentConfig): string {
  const where = [
    environment === undefined ? [] : [`environment "${environment}"`],
    namespace === undefined ? [] : [`namespace "${namespace}"`],
  ].flat();
  return where.length === 0 ? `"${name}"` : `"${name}" of ${where.join(' and ')}`;
}

function describe({ view, policy }: FleetMember): string {
  const label = graphLabel({ name: view.name, environment: policy?.environment });
  return view.namespace === undefined ? label : `${label} (namespace ${view.namespace})`;
}

function whatIsThere(fleet: readonly FleetMember[]): string {
  if (fleet.length === 0) return 'the manifests hold no graph at all; run dynamo-gitops synth, or check "manifests"';
  const names = [...new Set(fleet.map(describe))].sort(compare);
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8 ? `there are ${shown} and ${names.length - 8} more` : `there are: ${shown}`;
}
