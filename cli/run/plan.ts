import type { Plan, Problem } from '../../api/index.ts';
import { planFleet } from '../../planner/index.ts';
import { planReport } from '../../report/index.ts';
import type { CommandRunner } from '../command.ts';
import { done, failed } from '../outcome.ts';
import { loadPlanInput, type PlanFiles } from '../plan/load-plan-input.ts';
import { planProgress } from '../plan/plan-progress.ts';
import { savePlan } from '../plan/save-plan.ts';

/** Graphs whose metrics are asked for at the same time: enough to hide a server's latency, few enough to spare it. */
const CONCURRENT_READS = 4;

export interface PlanCall {
  readonly files: PlanFiles;
  readonly out: string | undefined;
  readonly hasDetailedExitCode: boolean;
}

/** Reads, decides, shows; the only file it writes is the plan itself. */
export const runPlan: CommandRunner<PlanCall> = async ({ files, out, hasDetailedExitCode }, context) => {
  const unnamed = unnamedFiles({ ...files, out });
  if (unnamed.length > 0) return failed(unnamed);
  const input = await loadPlanInput(files, context);
  if (!input.ok) return failed(input.error);
  const { setting, source } = input.value;
  const plan = await planFleet(setting, {
    source,
    concurrency: CONCURRENT_READS,
    onPlanned: planProgress(context),
  });
  if (!plan.ok) return failed(plan.error);
  if (out !== undefined) {
    const saved = await savePlan(context.cwd, out, plan.value);
    if (!saved.ok) return failed(saved.error);
  }
  return done(
    planReport(plan.value, { savedAs: out, now: context.now() }),
    hasDetailedExitCode ? detailedExitCode(plan.value) : 0,
  );
};

/** `--metrics "$RECORDING"` where nobody set the variable. */
function unnamedFiles({ metrics, status, history, out }: PlanFiles & Pick<PlanCall, 'out'>): readonly Problem[] {
  return Object.entries({ metrics, status, history, out }).flatMap(([option, file]): readonly Problem[] =>
    file === '' ? [{ code: 'usage', message: `--${option} needs a file name` }] : [],
  );
}

/** Graphs that nobody asked to plan are not held back by anything. */
function detailedExitCode({ targets, held }: Plan): 0 | 2 | 3 {
  if (targets.some((target) => target.target !== target.current)) return 2;
  return held.some((item) => item.code !== 'not-planned') ? 3 : 0;
}
