import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';

interface MigrateOptions {
  readonly operator?: string;
  readonly dryRun: boolean;
}

const NOTES = `
Writes in place, and only what is proven: converted back, the new object has the same effect, the same replicas, GPUs and
adapters, and no error of lint that it did not have. A file with an object that cannot be migrated stays as it is.`;

export const registerMigrate: RegisterCommand = (program, dispatch) => {
  program
    .command('migrate')
    .description('v1alpha1 manifests to v1beta1, comments kept, with a proof that the operator sees the same')
    .argument('<path...>', 'manifest files, or folders of them')
    .option('--operator <version>', 'release of the Dynamo operator, 1.2 to 1.5 (default: of the config, else 1.4)')
    .option('--dry-run', 'show what would change, and write nothing', false)
    .addHelpText('after', NOTES)
    .addHelpText(
      'after',
      commandHelp('dynamo-gitops migrate manifests --dry-run', {
        0: 'done, or nothing to do',
        3: 'a file was refused; the others were migrated',
      }),
    )
    .action(async (paths: readonly string[], { operator, dryRun }: MigrateOptions) =>
      dispatch(async () => (await import('../run/migrate.ts')).runMigrate, { paths, operator, dryRun }),
    );
};
