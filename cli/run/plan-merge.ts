import { fail, isSealedShard, type Problem, planShardSchema, type Result, succeed } from '../../api/index.ts';
import { mergeShards, type NamedShard } from '../../planner/index.ts';
import { planReport } from '../../report/index.ts';
import type { CommandRunner } from '../command.ts';
import { loadConfig } from '../load-config.ts';
import { done, failed } from '../outcome.ts';
import { detailedExitCode } from '../plan/exit-code.ts';
import { loadFleet } from '../plan/load-fleet.ts';
import { readDocument } from '../plan/read-document.ts';
import { savePlan } from '../plan/save-plan.ts';

export interface PlanMergeCall {
  readonly parts: readonly string[];
  readonly out: string | undefined;
  readonly hasDetailedExitCode: boolean;
  /** Options of plan that were given, and that the parts already answer. */
  readonly unused: readonly string[] | undefined;
}

/** Reads the parts and the repository that they were planned from; metrics are not read again. */
export const runPlanMerge: CommandRunner<PlanMergeCall> = async (call, context) => {
  const { parts, out, hasDetailedExitCode, unused = [] } = call;
  const { cwd } = context;
  if (unused.length > 0) {
    const hint = 'give it to plan --shard; merge takes what the parts were planned from';
    return failed(unused.map((option) => ({ code: 'usage', message: `${option} has no part in a merge`, hint })));
  }
  const config = await loadConfig(cwd);
  const shards = await readShards(cwd, parts);
  if (!config.ok || !shards.ok) return failed([config, shards].flatMap((part) => (part.ok ? [] : part.error)));
  const [first] = shards.value;
  const at = first === undefined ? undefined : new Date(first.shard.at);
  const fleet = await loadFleet(cwd, config.value.config, at);
  if (!fleet.ok) return failed(fleet.error);
  const plan = mergeShards(
    {
      config: config.value.config,
      fleet: fleet.value.fleet,
      quotas: fleet.value.quotas,
      profiles: new Map(),
      ...{ status: undefined, history: undefined, parentGraph: undefined },
      inputs: {
        config: config.value.input,
        manifests: [...fleet.value.inputs],
        ...{ profiles: [], status: null, history: null },
      },
    },
    shards.value,
  );
  if (!plan.ok) return failed(plan.error);
  if (out !== undefined) {
    const saved = await savePlan(cwd, out, plan.value);
    if (!saved.ok) return failed(saved.error);
  }
  return done(
    planReport(plan.value, { savedAs: out, now: context.now(), pricing: config.value.config.pricing }),
    hasDetailedExitCode ? detailedExitCode(plan.value) : 0,
  );
};

async function readShards(cwd: string, files: readonly string[]): Promise<Result<readonly NamedShard[]>> {
  const problems: Problem[] = [];
  const shards: NamedShard[] = [];
  for (const file of files) {
    const shard = await readDocument(cwd, file, planShardSchema);
    if (!shard.ok) problems.push(...shard.error);
    else if (!isSealedShard(shard.value.value)) {
      const message = 'was changed after it was made: its digest does not match';
      problems.push({ code: 'schema', file, path: 'digest', message, hint: 'plan this part again' });
    } else shards.push({ file, shard: shard.value.value });
  }
  return problems.length > 0 ? fail(...problems) : succeed(shards);
}
