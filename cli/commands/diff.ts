import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';

interface DiffOptions {
  readonly base?: string;
  readonly head?: string;
  readonly mergeBase?: true;
  readonly operator?: string;
  readonly detailedExitcode?: true;
}

export const registerDiff: RegisterCommand = (program, dispatch) => {
  program
    .command('diff')
    .description('what a change means: objects and fields, restarts, GPUs, and what admission will refuse')
    .argument('[path...]', 'manifests to compare with a commit (default: those of the config, else dist)')
    .option('--base <git-ref>', 'the commit to compare with (default: HEAD)')
    .option('--head <git-ref>', 'a commit to compare instead of the work tree')
    .option('--merge-base', 'compare with the commit at which --base was left, not with its tip')
    .option('--operator <version>', 'release of the Dynamo operator, 0.9 to 1.5 (default: of the config, else 1.4)')
    .option('--detailed-exitcode', 'exit with 2 where there are differences')
    .addHelpText(
      'after',
      `
Without --base and --head, two paths are compared with each other: diff <old> <new>, two
folders or two files, in Git or not. Files are matched by their paths below the folders.
${commandHelp('dynamo-gitops diff --base origin/main -o markdown', {
  0: 'done',
  2: 'there are differences (with --detailed-exitcode)',
})}`,
    )
    .action(async (paths: readonly string[], { base, head, mergeBase, operator, detailedExitcode }: DiffOptions) =>
      dispatch(async () => (await import('../run/diff.ts')).runDiff, {
        ...{ paths, base, head, operator },
        mergeBase: mergeBase === true,
        detailedExitCode: detailedExitcode === true,
      }),
    );
};
