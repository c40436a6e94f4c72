import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { type Result, succeed } from '../../api/index.ts';
import { type ClusterDefinitions, type LintOptions, lintManifests } from '../../lint/index.ts';
import { readManifestTree } from '../../manifests/index.ts';
import type { CommandRunner } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { type PlannedFixes, planFixes } from '../lint/apply-fixes.ts';
import { lintReport } from '../lint/lint-report.ts';
import { done, failed } from '../outcome.ts';
import { manifestSettings, missingPaths } from '../settings.ts';

export interface LintInput {
  readonly paths: readonly string[];
  readonly base: string | undefined;
  readonly operator: string | undefined;
  /** Files with the cluster's own definitions. */
  readonly crd: readonly string[];
  readonly failOn: 'error' | 'warning';
  readonly fix: boolean;
  readonly dryRun: boolean;
}

/** Reads manifests and says what is wrong with each; changes them only where it is asked to. */
export const runLint: CommandRunner<LintInput> = async (input, context) => {
  const { cwd } = context;
  if (input.dryRun && !input.fix)
    return failed([{ code: 'usage', message: '--dry-run: there is nothing to be tried without --fix' }]);
  const settings = await manifestSettings(cwd, input.operator);
  if (!settings.ok) return failed(settings.error);
  const { config, operator, manifests } = settings.value;
  const paths = input.paths.length > 0 ? input.paths : manifests;
  // What is compared with a commit, or changed, is in the repository; what is only looked at may be anywhere.
  const outside = input.base === undefined && !input.fix ? 'named' : 'refused';
  const now = await readManifestTree(cwd, paths, { outside });
  const base =
    input.base === undefined
      ? undefined
      : await (await import('../base-ref.ts')).readManifestsAtRef(context, input.base, paths, now.files);
  if (base?.ok === false) return failed(base.error);
  // A path that the base has is gone, not wrong.
  const gone = (file: string) =>
    base?.value.files.some((old) => old.file === file || old.file.startsWith(`${file}/`)) === true;
  const missing = missingPaths(cwd, paths, now.problems).filter(({ file = '' }) => !gone(file));
  if (missing.length > 0) return failed(missing);
  const tree = {
    ...now,
    problems: now.problems.filter(({ code, file = '' }) => code !== 'not-found' || !gone(file)),
  };
  const definitions = input.crd.length === 0 ? succeed(undefined) : await loadDefinitions(context, input.crd);
  if (!definitions.ok) return failed(definitions.error);
  const options: LintOptions = {
    operator,
    planned: config?.deployments ?? [],
    definitions: definitions.value,
    ...(base === undefined || input.base === undefined ? {} : { base: { name: input.base, ...base.value } }),
  };
  const found = lintManifests(tree.files, tree.problems, options);
  const fixes = input.fix ? planFixes(tree, found, options) : undefined;
  if (fixes !== undefined && !input.dryRun) {
    const written = await writeFixes(cwd, fixes);
    if (!written.ok) return failed(written.error);
  }
  const { findings, suppressed } = fixes?.left ?? found;
  // A dry run leaves the files as they are, and so says what they are.
  const standing = input.dryRun ? found.findings : findings;
  const fails = standing.some(
    ({ severity }) => severity === 'error' || (input.failOn === 'warning' && severity === 'warning'),
  );
  return done(
    lintReport({
      ...{ findings, suppressed, operator },
      base: base === undefined || input.base === undefined ? undefined : { ref: input.base, commit: base.value.commit },
      files: new Set([...tree.files, ...tree.problems].map(({ file }) => file ?? '')),
      folder: folderInRepository(cwd),
      fixes:
        fixes === undefined
          ? undefined
          : {
              ...fixes,
              dryRun: input.dryRun,
              diff: input.dryRun ? (await import('../diff-text.ts')).diffText : undefined,
            },
    }),
    fails ? 2 : 0,
  );
};

/** All files or none. The room is loaded only for this. */
async function writeFixes(cwd: string, { files }: PlannedFixes): Promise<Result<void>> {
  const { writeProblems } = await import('../scale/edit-files.ts');
  const problems = await writeProblems(cwd, files);
  if (problems.length > 0) return { ok: false, error: problems };
  if (files.length === 0) return succeed(undefined);
  return (await import('../../gitops/work-tree/index.ts')).replaceInWorkTree(cwd, files);
}

/** The folder below the root of its repository, with a slash at its end; empty for the root, and outside of any. */
function folderInRepository(cwd: string): string {
  for (let root = cwd; ; root = dirname(root)) {
    if (existsSync(join(root, '.git'))) return root === cwd ? '' : `${relative(root, cwd).split(sep).join('/')}/`;
    if (dirname(root) === root) return '';
  }
}

/** The definitions, and what reads their patterns and rules, are loaded by those who name some. */
async function loadDefinitions(context: CommandContext, files: readonly string[]): Promise<Result<ClusterDefinitions>> {
  const { loadCrds } = await import('../crd/load-crd.ts');
  const schemas = await loadCrds(context, files);
  if (!schemas.ok) return schemas;
  const { clusterDefinitions } = await import('../../lint/schema/crd/index.ts');
  return succeed(clusterDefinitions(schemas.value));
}
