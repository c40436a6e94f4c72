import { Option } from 'commander';
import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';

interface ScaleOptions {
  readonly set: readonly string[];
  readonly dryRun: boolean;
}

const NOTES = `
A graph that stands several times is named by its environment or namespace: prod/chat/decode=4. A file below the paths that
cannot be read as YAML stops the command, unless its text speaks neither of a Dynamo graph nor of one that --set names.`;

export const registerScale: RegisterCommand = (program, dispatch) => {
  program
    .command('scale')
    .description('set replica counts in manifests: these numbers, and no other byte')
    .argument('<path...>', 'manifest files, or folders of them')
    .addOption(
      new Option('--set <graph>/<service>=<n>', 'new count; +n and -n add to the present one (repeatable)')
        .argParser((text: string, earlier: readonly string[]) => [...earlier, text])
        .default([], 'none'),
    )
    .option('--dry-run', 'show what would change, and write nothing', false)
    .addHelpText('after', NOTES)
    .addHelpText('after', commandHelp('dynamo-gitops scale dist --set chat/decode=+1', { 0: 'done, or nothing to do' }))
    .action(async (paths: readonly string[], { set, dryRun }: ScaleOptions) =>
      dispatch(async () => (await import('../run/scale.ts')).runScale, { paths, set, dryRun }),
    );
};
