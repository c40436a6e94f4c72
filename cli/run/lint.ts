import { existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import {
  CONFIG_FILE,
  type Config,
  DEFAULT_OPERATOR_VERSION,
  fail,
  OPERATOR_VERSIONS,
  type OperatorVersion,
  parseOperatorVersion,
  type Result,
  succeed,
} from '../../api/index.ts';
import { type LintOptions, lintManifests } from '../../lint/index.ts';
import { readManifestTree } from '../../manifests/index.ts';
import { readManifestsAtRef } from '../base-ref.ts';
import type { CommandRunner } from '../command.ts';
import { type PlannedFixes, planFixes } from '../lint/apply-fixes.ts';
import { lintReport } from '../lint/lint-report.ts';
import { loadConfig } from '../load-config.ts';
import { done, failed } from '../outcome.ts';

export interface LintInput {
  readonly paths: readonly string[];
  readonly base: string | undefined;
  readonly operator: string | undefined;
  readonly failOn: 'error' | 'warning';
  readonly fix: boolean;
  readonly dryRun: boolean;
}

/** Reads manifests and says what is wrong with each; it changes nothing. */
export const runLint: CommandRunner<LintInput> = async (input, context) => {
  const { cwd } = context;
  if (input.dryRun && !input.fix)
    return failed([{ code: 'usage', message: '--dry-run: there is nothing to be tried without --fix' }]);
  const config = await optionalConfig(cwd);
  if (!config.ok) return failed(config.error);
  const operator = operatorOf(input.operator, config.value);
  if (!operator.ok) return failed(operator.error);
  const paths = input.paths.length > 0 ? input.paths : (config.value?.manifests ?? ['dist']);
  const tree = await readManifestTree(cwd, paths);
  const base = input.base === undefined ? undefined : await readManifestsAtRef(context, input.base, paths, tree.files);
  if (base?.ok === false) return failed(base.error);
  // What was named and is not there is a mistake in the call; what vanished or cannot be read is one in the files.
  const named = new Set([...paths, ...paths.map((path) => nameIn(cwd, path))]);
  const missing = tree.problems.filter(
    ({ code, file }) => code === 'not-found' && file !== undefined && named.has(file),
  );
  if (missing.length > 0) return failed(missing);
  const options: LintOptions = {
    operator: operator.value,
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
      ...{ findings, suppressed, operator: operator.value },
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
  return (await import('../../gitops/index.ts')).replaceInWorkTree(cwd, files);
}

function operatorOf(text: string | undefined, config: Config | undefined): Result<OperatorVersion> {
  if (text === undefined) return succeed(config?.operatorVersion ?? DEFAULT_OPERATOR_VERSION);
  const version = parseOperatorVersion(text);
  if (version !== undefined) return succeed(version);
  const known = OPERATOR_VERSIONS.map((one) => one.replace(/\.0$/, '')).join(', ');
  return fail({ code: 'usage', message: `--operator ${text}: not a release that is known`, hint: `one of ${known}` });
}

/** A folder need not have a config to be checked; one that is there must be sound. */
async function optionalConfig(cwd: string): Promise<Result<Config | undefined>> {
  const isThere = await access(join(cwd, CONFIG_FILE)).then(
    () => true,
    () => false,
  );
  if (!isThere) return succeed(undefined);
  const loaded = await loadConfig(cwd);
  return loaded.ok ? succeed(loaded.value.config) : loaded;
}

/** The folder below the root of its repository, with a slash at its end; empty for the root, and outside of any. */
function folderInRepository(cwd: string): string {
  for (let root = cwd; ; root = dirname(root)) {
    if (existsSync(join(root, '.git'))) return root === cwd ? '' : `${relative(root, cwd).split(sep).join('/')}/`;
    if (dirname(root) === root) return '';
  }
}

/** A path as problems name it. */
function nameIn(cwd: string, path: string): string {
  return relative(cwd, resolve(cwd, path)).split(sep).join('/') || '.';
}
