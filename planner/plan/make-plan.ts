import { fail, type Plan, type Problem, type Result, succeed } from '../../api/index.ts';
import { findSeries } from '../metrics/index.ts';
import { completePlan } from './complete-plan.ts';
import type { PlanInput } from './input.ts';
import { candidateOf, planGraph } from './plan-graph.ts';
import type { PlannedGraph } from './planned-graph.ts';
import { selectGraphs } from './select-graphs.ts';

/**
 * Metrics, manifests and config to targets with their reasons. Pure and deterministic: nothing but the input decides, and
 * the order of graphs in it does not.
 * @returns a problem where config and manifests contradict each other; whatever else stands in the way of a number holds
 * that number, with the reason, and leaves the rest alone.
 */
export function makePlan({ series, metrics, ...setting }: PlanInput): Result<Plan> {
  const selected = selectGraphs(setting.config, setting.fleet);
  if (!selected.ok) return selected;
  const problems: Problem[] = [];
  const graphs: PlannedGraph[] = [];
  for (const graph of selected.value) {
    const candidate = candidateOf(graph);
    if (!candidate.ok) problems.push(...candidate.error);
    else if (candidate.value.kind === 'held') graphs.push(candidate.value.planned);
    else {
      const placed = candidate.value.graph;
      const planned = planGraph(placed, findSeries(series, placed), setting);
      if (planned.ok) graphs.push(planned.value);
      else problems.push(...planned.error);
    }
  }
  return problems.length > 0 ? fail(...problems) : succeed(completePlan(graphs, setting, metrics));
}
