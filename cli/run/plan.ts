import type { Problem } from '../../api/index.ts';
import { planFleet, planShard } from '../../planner/index.ts';
import { planReport, shardReport } from '../../report/index.ts';
import type { CommandRunner } from '../command.ts';
import { done, failed } from '../outcome.ts';
import { detailedExitCode } from '../plan/exit-code.ts';
import { loadPlanInput, type PlanFiles } from '../plan/load-plan-input.ts';
import { planProgress } from '../plan/plan-progress.ts';
import { savePlan } from '../plan/save-plan.ts';
import { parseShard } from '../plan/shard-words.ts';

/** Graphs whose metrics are asked for at the same time: enough to hide a server's latency, few enough to spare it. */
const CONCURRENT_READS = 4;

export interface PlanCall {
  readonly files: PlanFiles;
  readonly out: string | undefined;
  /** `i/n`, where only a part is wanted. */
  readonly shard: string | undefined;
  readonly hasDetailedExitCode: boolean;
}

/** Reads, decides, shows; the only file it writes is the plan itself. */
export const runPlan: CommandRunner<PlanCall> = async ({ files, out, shard: part, hasDetailedExitCode }, context) => {
  const unnamed = unnamedFiles({ ...files, out });
  if (unnamed.length > 0) return failed(unnamed);
  const shard = part === undefined ? undefined : parseShard(part);
  if (shard?.ok === false) return failed(shard.error);
  if (shard !== undefined && out === undefined) {
    return failed([{ code: 'usage', message: '--shard needs --out, for plan merge to read', hint: 'name a file' }]);
  }
  const input = await loadPlanInput(files, context);
  if (!input.ok) return failed(input.error);
  const { setting, source } = input.value;
  const run = { source, concurrency: CONCURRENT_READS, onPlanned: planProgress(context) };
  if (shard !== undefined && out !== undefined) {
    const planned = await planShard(setting, run, shard.value);
    if (!planned.ok) return failed(planned.error);
    const saved = await savePlan(context.cwd, out, planned.value);
    return saved.ok ? done(shardReport(planned.value, out), 0) : failed(saved.error);
  }
  const plan = await planFleet(setting, run);
  if (!plan.ok) return failed(plan.error);
  if (out !== undefined) {
    const saved = await savePlan(context.cwd, out, plan.value);
    if (!saved.ok) return failed(saved.error);
  }
  return done(
    planReport(plan.value, { savedAs: out, now: context.now(), pricing: setting.config.pricing }),
    hasDetailedExitCode ? detailedExitCode(plan.value) : 0,
  );
};

/** `--metrics "$RECORDING"` where nobody set the variable. */
function unnamedFiles({ metrics, status, history, out }: PlanFiles & Pick<PlanCall, 'out'>): readonly Problem[] {
  return Object.entries({ metrics, status, history, out }).flatMap(([option, file]): readonly Problem[] =>
    file === '' ? [{ code: 'usage', message: `--${option} needs a file name` }] : [],
  );
}
