import { Option } from 'commander';
import type { RegisterCommand } from '../command.ts';

interface LintOptions {
  readonly operator?: string;
  readonly failOn: 'error' | 'warning';
}

export const registerLint: RegisterCommand = (program, dispatch) => {
  program
    .command('lint')
    .description('what the operator and GitOps will refuse in manifests, said before the merge')
    .argument('[path...]', 'manifest files, or folders of them (default: those of the config, else dist)')
    .option('--operator <version>', 'release of the Dynamo operator, 0.9 to 1.5 (default: of the config, else 1.4)')
    .addOption(
      new Option('--fail-on <severity>', 'exit 2 from this severity on').choices(['error', 'warning']).default('error'),
    )
    .action(async (paths: readonly string[], { operator, failOn }: LintOptions) =>
      dispatch(async () => (await import('../run/lint.ts')).runLint, { paths, operator, failOn }),
    );
};
