import { gpuLedger } from '../../lint/ledger/index.ts';
import { readManifestTree } from '../../manifests/index.ts';
import type { CommandRunner } from '../command.ts';
import { ledgerReport } from '../ledger/ledger-report.ts';
import { done, failed } from '../outcome.ts';
import { manifestSettings, missingPaths } from '../settings.ts';

export interface LedgerInput {
  readonly paths: readonly string[];
  readonly operator: string | undefined;
}

/** Counts the GPUs that manifests ask for; it changes nothing. What cannot be read is in the answer, as unknown. */
export const runLedger: CommandRunner<LedgerInput> = async (input, { cwd }) => {
  const settings = await manifestSettings(cwd, input.operator);
  if (!settings.ok) return failed(settings.error);
  const { config, operator, manifests } = settings.value;
  const paths = input.paths.length > 0 ? input.paths : manifests;
  const tree = await readManifestTree(cwd, paths, { outside: 'named' });
  const missing = missingPaths(cwd, paths, tree.problems);
  if (missing.length > 0) return failed(missing);
  const ledger = gpuLedger(tree.files, tree.problems, {
    operator,
    roots: manifests,
    deployments: config?.deployments ?? [],
    budgets: config?.budgets ?? [],
  });
  return done(ledgerReport(ledger, operator));
};
