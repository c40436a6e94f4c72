import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';

export const registerLedger: RegisterCommand = (program, dispatch) => {
  program
    .command('ledger')
    .description('GPUs that manifests ask for, by environment, graph and type, beside budgets and quotas')
    .argument('[path...]', 'manifest files, or folders of them (default: those of the config, else dist)')
    .option('--operator <version>', 'release of the Dynamo operator, 0.9 to 1.5 (default: of the config, else 1.4)')
    .addHelpText('after', commandHelp('dynamo-gitops ledger dist -o markdown', { 0: 'done' }))
    .action(async (paths: readonly string[], { operator }: { readonly operator?: string }) =>
      dispatch(async () => (await import('../run/ledger.ts')).runLedger, { paths, operator }),
    );
};
