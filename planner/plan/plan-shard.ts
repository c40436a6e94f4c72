import {
  fail,
  isDnsLabel,
  type Plan,
  type PlanShard,
  type Problem,
  type Result,
  SCHEMA_VERSION,
  sealPlanShard,
  succeed,
} from '../../api/index.ts';
import { metricsInput } from '../metrics/index.ts';
import { completePlan } from './complete-plan.ts';
import type { PlanSetting } from './input.ts';
import { type FleetRun, planGraphs } from './plan-fleet.ts';
import type { PlannedGraph } from './planned-graph.ts';
import { type SelectedGraph, selectGraphs } from './select-graphs.ts';

/** Plans one part of a fleet, with nothing of the budgets that it shares with the others. */
export async function planShard(
  setting: PlanSetting,
  run: FleetRun,
  shard: PlanShard['shard'],
): Promise<Result<PlanShard>> {
  const planned = await planGraphs(setting, run, shard);
  if (!planned.ok) return planned;
  return succeed(
    sealPlanShard({
      schemaVersion: SCHEMA_VERSION,
      kind: 'plan-shard',
      shard,
      at: setting.at.toISOString(),
      inputs: setting.inputs,
      metrics: run.source.evidence(),
      graphs: planned.value.map(({ position, planned: { graph, services, held } }) => ({
        position,
        ...placeOf(graph),
        services: services.map((one) => ({ ...one })),
        held: [...held],
      })),
    }),
  );
}

/** A part, and the file that it was read from, for messages. */
export interface NamedShard {
  readonly file: string;
  readonly shard: PlanShard;
}

/**
 * Puts the parts of a plan together and fits them into the budgets that they share: the same plan as one run gives.
 * @returns a problem where a part is missing or there twice, or where the parts, or the repository, do not belong together.
 */
export function mergeShards(setting: Omit<PlanSetting, 'at'>, shards: readonly NamedShard[]): Result<Plan> {
  const [first] = shards;
  if (first === undefined) return fail({ code: 'usage', message: 'no part of a plan is given' });
  const problems = [...strangers(shards, first), ...gaps(shards, first), ...moved(setting, first)];
  if (problems.length > 0) return fail(...problems);
  const selected = selectGraphs(setting.config, setting.fleet);
  if (!selected.ok) return selected;
  const planned = new Map(shards.flatMap(({ shard }) => shard.graphs.map((one) => [one.position, one] as const)));
  const graphs: PlannedGraph[] = [];
  for (const [position, graph] of selected.value.entries()) {
    const found = planned.get(position);
    if (found === undefined || !isAt(found, graph)) {
      return fail({ code: 'refused', file: first.file, ...MOVED, message: `no part has planned ${graph.name}` });
    }
    graphs.push({ graph, services: found.services, held: found.held });
  }
  const metrics = metricsInput(shards.map(({ shard }) => shard.metrics));
  if (!metrics.ok) return metrics;
  const at = new Date(first.shard.at);
  return succeed(completePlan(graphs, { ...setting, at, inputs: first.shard.inputs }, metrics.value));
}

const MOVED = { hint: 'plan all parts anew, from one commit' };

/** Parts that were made for another time, from other files, or as parts of another cut. */
function strangers(shards: readonly NamedShard[], first: NamedShard): readonly Problem[] {
  const refuse = (file: string, path: string, message: string): Problem => ({
    code: 'refused',
    file,
    path,
    message,
    ...MOVED,
  });
  return shards.flatMap(({ file, shard }): readonly Problem[] => {
    if (shard.shard.count !== first.shard.shard.count) {
      const [mine, other] = [shard, first.shard].map(({ shard: { index, count } }) => `part ${index} of ${count}`);
      return [refuse(file, 'shard', `is ${mine}, and ${first.file} is ${other}`)];
    }
    if (shard.at !== first.shard.at) {
      const hint = 'give every part the same --at';
      return [{ ...refuse(file, 'at', `is for ${shard.at}, and ${first.file} for ${first.shard.at}`), hint }];
    }
    if (JSON.stringify(shard.inputs) !== JSON.stringify(first.shard.inputs)) {
      return [refuse(file, 'inputs', `was made from other files than ${first.file}`)];
    }
    return [];
  });
}

function gaps(
  shards: readonly NamedShard[],
  {
    shard: {
      shard: { count },
    },
  }: NamedShard,
): readonly Problem[] {
  const files = new Map<number, string>();
  const twice: Problem[] = [];
  for (const { file, shard } of shards) {
    const { index } = shard.shard;
    const other = files.get(index);
    if (other !== undefined)
      twice.push({ code: 'refused', file, path: 'shard', message: `is part ${index}, and so is ${other}` });
    else files.set(index, file);
  }
  const missing = Array.from({ length: count }, (_, index) => index + 1).filter((index) => !files.has(index));
  if (missing.length === 0) return twice;
  const named = missing.slice(0, 10).join(', ');
  const more = missing.length > 10 ? ` and ${missing.length - 10} more` : '';
  return [
    ...twice,
    { code: 'usage', message: `of ${count} parts these are missing: ${named}${more}`, hint: 'name every part' },
  ];
}

/** The repository must be what the parts were planned from: its graphs decide what stands in a budget. */
function moved({ inputs }: Pick<PlanSetting, 'inputs'>, { file, shard }: NamedShard): readonly Problem[] {
  const changed = (['config', 'manifests'] as const).filter(
    (name) => JSON.stringify(inputs[name]) !== JSON.stringify(shard.inputs[name]),
  );
  return changed.map((name): Problem => {
    const message = `was made from another ${name === 'config' ? 'config' : 'state of the manifests'} than the one that is here`;
    return { code: 'refused', file, path: `inputs.${name}`, message, ...MOVED };
  });
}

function placeOf({
  name,
  namespace,
  environment,
}: SelectedGraph): Pick<PlanShard['graphs'][number], 'deployment' | 'namespace' | 'environment'> {
  return {
    deployment: name,
    namespace: namespace !== undefined && isDnsLabel(namespace) ? namespace : null,
    environment: environment ?? null,
  };
}

function isAt(found: PlanShard['graphs'][number], graph: SelectedGraph): boolean {
  const place = placeOf(graph);
  return (
    found.deployment === place.deployment &&
    found.namespace === place.namespace &&
    found.environment === place.environment
  );
}
