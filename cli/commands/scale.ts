import { Option } from 'commander';
import type { RegisterCommand } from '../command.ts';

interface ScaleOptions {
  readonly set: readonly string[];
  readonly dryRun: boolean;
}

export const registerScale: RegisterCommand = (program, dispatch) => {
  program
    .command('scale')
    .description('set replica counts in manifests: these numbers, and no other byte')
    .argument('<path...>', 'manifest files, or folders of them')
    .addOption(
      new Option('--set <dgd/service=n>', 'new count; +n and -n add to the present one (repeatable)')
        .argParser((text: string, earlier: readonly string[]) => [...earlier, text])
        .default([], 'none'),
    )
    .option('--dry-run', 'show what would change, and write nothing', false)
    .action(async (paths: readonly string[], { set, dryRun }: ScaleOptions) =>
      dispatch(async () => (await import('../run/scale.ts')).runScale, { paths, set, dryRun }),
    );
};
