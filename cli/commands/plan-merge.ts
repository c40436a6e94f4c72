import type { Command } from 'commander';
import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';

interface MergeOptions {
  readonly out?: string;
  readonly detailedExitcode: boolean;
}

/** Options of plan that its word has too. */
const TAKEN: ReadonlySet<string> = new Set(['out', 'detailedExitcode']);

/** A word of `plan`, which must be registered before. */
export const registerPlanMerge: RegisterCommand = (program, dispatch) => {
  const plan = program.commands.find((command) => command.name() === 'plan');
  plan
    ?.command('merge')
    // Those of plan are global to its words, and nearly all mean nothing here.
    .configureHelp({ showGlobalOptions: true, visibleGlobalOptions: () => [...program.options] })
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
        unused: plan?.options.flatMap((option) => {
          const isGiven = plan.getOptionValueSource(option.attributeName()) === 'cli';
          return isGiven && !TAKEN.has(option.attributeName()) ? [`${option.long}`] : [];
        }),
      });
    });
};
