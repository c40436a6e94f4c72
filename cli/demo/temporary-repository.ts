import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CONFIG_FILE, type Result, succeed } from '../../api/index.ts';
import type { CommandContext } from '../context.ts';

/** What a team would have in its repository before the first `synth`. */
const FILES: readonly string[] = ['apps', CONFIG_FILE];

/** A git repository in a folder of its own, with the example fleet and nothing else. */
export interface TemporaryRepository {
  readonly folder: string;
  /** Commits everything that is in the work tree. */
  commit(subject: string): Promise<Result<void>>;
  remove(): void;
}

export async function createTemporaryRepository(context: CommandContext): Promise<Result<TemporaryRepository>> {
  const source = fileURLToPath(new URL('.', import.meta.resolve('dynamo-gitops/package.json')));
  const folder = await mkdtemp(join(tmpdir(), 'dynamo-gitops-demo-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const git = gitIn(folder, context);
  const initialised = await git('init', '--quiet', '--initial-branch=main');
  if (!initialised.ok) {
    remove();
    return initialised;
  }
  for (const file of FILES) await cp(join(source, file), join(folder, file), { recursive: true });
  return succeed({
    folder,
    remove,
    commit: async (subject) => {
      const added = await git('add', '--all');
      return added.ok ? git('commit', '--quiet', '--message', subject) : added;
    },
  });
}

/**
 * The demo's author and clock. The machine's git settings and hooks stay out of it, and so do the caller's `GIT_*` variables:
 * under a hook, `GIT_DIR` would send the demo's commits to the repository that called it.
 */
function gitIn(folder: string, context: CommandContext) {
  const date = context.now().toISOString();
  const env = {
    ...Object.fromEntries(Object.entries(context.env).filter(([name]) => !name.startsWith('GIT_'))),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: process.platform === 'win32' ? 'NUL' : '/dev/null',
    GIT_AUTHOR_NAME: 'dynamo-gitops demo',
    GIT_AUTHOR_EMAIL: 'demo@dynamo-gitops.invalid',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: 'dynamo-gitops demo',
    GIT_COMMITTER_EMAIL: 'demo@dynamo-gitops.invalid',
    GIT_COMMITTER_DATE: date,
  };
  return async (...words: readonly string[]): Promise<Result<void>> => {
    try {
      await promisify(execFile)('git', ['-c', 'core.hooksPath=/dev/null', ...words], { cwd: folder, env });
      return succeed(undefined);
    } catch (cause) {
      const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
      const message = isMissing ? 'git is not installed' : `git ${words[0]} failed: ${errorText(cause)}`;
      return { ok: false, error: [{ code: 'unavailable', message, hint: 'the demo needs git 2.38 or later' }] };
    }
  };
}

function errorText(cause: unknown): string {
  const stderr = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
  return stderr || String(cause);
}
