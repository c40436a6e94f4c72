import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';

interface ImportOptions {
  readonly app?: string;
  readonly environment: string;
  readonly namespace?: string;
  readonly operator?: string;
  readonly crd?: string;
  readonly dryRun: boolean;
}

export const registerImport: RegisterCommand = (program, dispatch) => {
  program
    .command('import')
    .description('turn a manifest of graphs into an app, apps/<app>/main.ts, that renders the same objects')
    .argument('<file>', 'manifest with at least one DynamoGraphDeployment, of either version')
    .option('--app <name>', 'name of the app (default: the name of the first graph)')
    .option('--environment <name>', 'environment that the manifest is of', 'prod')
    .option('--namespace <name>', 'namespace of objects that name none (default: they go on naming none)')
    .option('--operator <version>', 'release of the operator (default: the newest that takes the manifest as it is)')
    .option('--crd <file>', 'check the manifest first against CRDs of a cluster (kubectl get crd … -o json)')
    .option('--dry-run', 'show the files, and write nothing', false)
    .addHelpText(
      'after',
      commandHelp('dynamo-gitops import deploy.yaml --app chat --namespace llm-prod', { 0: 'done' }),
    )
    .action(async (file: string, options: ImportOptions) =>
      dispatch(async () => (await import('../run/import.ts')).runImport, { file, ...options }),
    );
};
