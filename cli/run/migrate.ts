import { access } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CONFIG_FILE,
  DEFAULT_OPERATOR_VERSION,
  fail,
  isAtLeast,
  OPERATOR_VERSIONS,
  type OperatorVersion,
  parseOperatorVersion,
  type Result,
  succeed,
} from '../../api/index.ts';
import { replaceInWorkTree } from '../../gitops/work-tree/index.ts';
import { migrateFiles } from '../../lint/migrate/index.ts';
import { readManifestTree } from '../../manifests/index.ts';
import type { CommandRunner } from '../command.ts';
import { loadConfig } from '../load-config.ts';
import { migrateReport } from '../migrate/migrate-report.ts';
import { done, failed } from '../outcome.ts';
import { writeProblems } from '../scale/edit-files.ts';

export interface MigrateInput {
  readonly paths: readonly string[];
  readonly operator: string | undefined;
  readonly dryRun: boolean;
}

/** Replaces each file whose v1alpha1 objects can all be migrated, all such files or none. */
export const runMigrate: CommandRunner<MigrateInput> = async ({ paths, operator: text, dryRun }, { cwd }) => {
  const operator = await operatorOf(text, cwd);
  if (!operator.ok) return failed(operator.error);
  const tree = await readManifestTree(cwd, paths);
  const missing = tree.problems.filter(({ code }) => code === 'not-found');
  if (missing.length > 0) return failed(missing);
  const migration = migrateFiles(tree.files, tree.problems, operator.value);
  const unwritable = await writeProblems(cwd, migration.files);
  if (unwritable.length > 0) return failed(unwritable);
  if (!dryRun) {
    const replaced = await replaceInWorkTree(cwd, migration.files);
    if (!replaced.ok) return failed(replaced.error);
  }
  return done(migrateReport({ ...migration, operator: operator.value, dryRun }), migration.refused.length > 0 ? 3 : 0);
};

/** From the call, else from the config where the folder has one. */
async function operatorOf(text: string | undefined, cwd: string): Promise<Result<OperatorVersion>> {
  if (text !== undefined) {
    const version = parseOperatorVersion(text);
    if (version !== undefined) return succeed(version);
    const known = OPERATOR_VERSIONS.filter((one) => isAtLeast(one, '1.2.0')).map((one) => one.replace(/\.0$/, ''));
    const hint = `one of ${known.join(', ')}`;
    return fail({ code: 'usage', message: `--operator ${text}: not a release that is known`, hint });
  }
  const hasConfig = await access(join(cwd, CONFIG_FILE)).then(
    () => true,
    () => false,
  );
  if (!hasConfig) return succeed(DEFAULT_OPERATOR_VERSION);
  const loaded = await loadConfig(cwd);
  return loaded.ok ? succeed(loaded.value.config.operatorVersion) : loaded;
}
