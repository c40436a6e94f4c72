import { Option } from 'commander';
import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';
import { FINDING_FORMATS } from '../output.ts';

interface LintOptions {
  readonly base?: string;
  readonly operator?: string;
  readonly crd: readonly string[];
  readonly failOn: 'error' | 'warning';
  readonly fix: boolean;
  readonly dryRun: boolean;
}

export const registerLint: RegisterCommand = (program, dispatch) => {
  program
    .command('lint')
    .description('what the operator and GitOps will refuse in manifests, said before the merge')
    .argument('[path...]', 'manifest files, or folders of them (default: those of the config, else dist)')
    .option('--base <git-ref>', 'branch, tag or commit that this is a change of: also what an update is refused for')
    .option('--operator <version>', 'release of the Dynamo operator, 0.9 to 1.5 (default: of the config, else 1.4)')
    .addOption(
      new Option(
        '--crd <file>',
        "the cluster's own CustomResourceDefinitions, as kubectl get crd -o json writes them; may be repeated",
      )
        .argParser((file: string, before: readonly string[]) => [...before, file])
        .default([], 'none'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'least severity that counts as failed')
        .choices(['error', 'warning'])
        .default('error'),
    )
    .option('--fix', 'mend what nobody has to choose about, in the text, and nothing else', false)
    .option('--dry-run', 'with --fix: show the changes, and write nothing', false)
    .addHelpText(
      'after',
      commandHelp('dynamo-gitops lint dist --operator 1.5 --fail-on warning', {
        0: 'done, with nothing at or above --fail-on',
        2: 'something found',
      }),
    )
    .action(async (paths: readonly string[], { base, operator, crd, failOn, fix, dryRun }: LintOptions) =>
      dispatch(
        async () => (await import('../run/lint.ts')).runLint,
        { paths, base, operator, crd, failOn, fix, dryRun },
        FINDING_FORMATS,
      ),
    );
};
