import { type HeldItem, isDnsLabel, type PlanTarget } from '../../api/index.ts';
import type { SelectedGraph } from './select-graphs.ts';

/** What the strategy and the guardrails say of one graph, before it shares a budget with others. */
export interface PlannedGraph {
  readonly graph: SelectedGraph;
  readonly services: readonly { readonly target: PlanTarget; readonly min: number }[];
  readonly held: readonly HeldItem[];
}

/** A graph, or one service of it, that stays as it is; `services` are those of a graph that is held as a whole. */
export function heldItem(
  { name, namespace, environment, member }: SelectedGraph,
  service: string | null,
  code: HeldItem['code'],
  reason: string,
  services: readonly string[] = member.view.services.map((one) => one.name),
): HeldItem {
  return {
    deployment: name,
    namespace: namespace !== undefined && isDnsLabel(namespace) ? namespace : null,
    environment: environment ?? null,
    service,
    ...(service === null ? { services: [...services] } : {}),
    code,
    reason,
  };
}
