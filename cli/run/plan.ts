import { resolve } from 'node:path';
import type { Plan } from '../../api/index.ts';
import { makePlan } from '../../planner/index.ts';
import { planReport } from '../../report/index.ts';
import type { CommandRunner } from '../command.ts';
import { replaceFile } from '../files.ts';
import { done, failed } from '../outcome.ts';
import { loadPlanInput, type PlanFiles } from '../plan/load-plan-input.ts';
import { unexpected } from '../unexpected.ts';

export interface PlanCall {
  readonly files: PlanFiles;
  readonly out: string | undefined;
  readonly hasDetailedExitCode: boolean;
}

/** Reads, decides, shows; the only file it writes is the plan itself. */
export const runPlan: CommandRunner<PlanCall> = async ({ files, out, hasDetailedExitCode }, context) => {
  const input = await loadPlanInput(files, context);
  if (!input.ok) return failed(input.error);
  const plan = makePlan(input.value);
  if (!plan.ok) return failed(plan.error);
  if (out !== undefined) {
    const path = resolve(context.cwd, out);
    try {
      await replaceFile(path, `${JSON.stringify(plan.value, null, 2)}\n`);
    } catch (cause) {
      return failed([{ ...unexpected(cause), file: out }]);
    }
  }
  return done(
    planReport(plan.value, { savedAs: out, now: context.now() }),
    hasDetailedExitCode ? detailedExitCode(plan.value) : 0,
  );
};

/** Graphs that nobody asked to plan are not held back by anything. */
function detailedExitCode({ targets, held }: Plan): 0 | 2 | 3 {
  if (targets.some((target) => target.target !== target.current)) return 2;
  return held.some((item) => item.code !== 'not-planned') ? 3 : 0;
}
