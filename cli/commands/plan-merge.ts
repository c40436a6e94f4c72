import type { Command } from 'commander';
import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';

interface MergeOptions {
  readonly out?: string;
  readonly detailedExitcode: boolean;
}

/** A word of `plan`, which must be registered before. */
export const registerPlanMerge: RegisterCommand = (program, dispatch) => {
  program.commands
    .find((command) => command.name() === 'plan')
    ?.command('merge')
    .description('puts the parts that plan --shard wrote together: the same plan as one run')
    .argument('<part...>', 'files of all parts, in any order')
    .option('--out <file>', 'write the plan here, for explain, apply and propose')
    .option('--detailed-exitcode', 'as of plan', false)
    .addHelpText(
      'after',
      commandHelp('dynamo-gitops plan merge shard-1.json shard-2.json --out plan.json', {
        0: 'done',
        2: 'something changes',
        3: 'something is held and nothing changes (2 and 3 with --detailed-exitcode)',
      }),
    )
    .action((parts: readonly string[], _: MergeOptions, command: Command) => {
      // Options that plan has too are taken by plan, wherever they stand.
      const { out, detailedExitcode } = command.optsWithGlobals<MergeOptions>();
      return dispatch(async () => (await import('../run/plan-merge.ts')).runPlanMerge, {
        parts,
        out,
        hasDetailedExitCode: detailedExitcode,
      });
    });
};
