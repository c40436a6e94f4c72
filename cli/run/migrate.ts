import { replaceInWorkTree } from '../../gitops/work-tree/index.ts';
import { migrateFiles } from '../../lint/migrate/index.ts';
import { readManifestTree } from '../../manifests/index.ts';
import type { CommandRunner } from '../command.ts';
import { migrateReport } from '../migrate/migrate-report.ts';
import { done, failed } from '../outcome.ts';
import { writeProblems } from '../scale/edit-files.ts';
import { manifestSettings, missingPaths } from '../settings.ts';

export interface MigrateInput {
  readonly paths: readonly string[];
  readonly operator: string | undefined;
  readonly dryRun: boolean;
}

/** Replaces each file whose v1alpha1 objects can all be migrated: all such files, or none. */
export const runMigrate: CommandRunner<MigrateInput> = async ({ paths, operator: text, dryRun }, { cwd }) => {
  const settings = await manifestSettings(cwd, text);
  if (!settings.ok) return failed(settings.error);
  const { operator } = settings.value;
  const tree = await readManifestTree(cwd, paths);
  const missing = missingPaths(cwd, paths, tree.problems);
  if (missing.length > 0) return failed(missing);
  const migration = migrateFiles(tree.files, tree.problems, operator);
  const unwritable = await writeProblems(cwd, migration.files);
  if (unwritable.length > 0) return failed(unwritable);
  if (!dryRun) {
    const replaced = await replaceInWorkTree(cwd, migration.files);
    if (!replaced.ok) return failed(replaced.error);
  }
  return done(migrateReport({ ...migration, operator, dryRun }), migration.refused.length > 0 ? 3 : 0);
};
