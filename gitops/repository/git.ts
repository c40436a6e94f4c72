import { spawn } from 'node:child_process';
import type { Problem, Result } from '../../api/index.ts';

/** Who writes a commit, and when. Passed in, so that the same proposal is the same commit. */
export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly at: Date;
}

/** When something was signed, in seconds since 1970; git knows no time before that. */
export function secondsOf({ at }: Pick<Signature, 'at'>): number {
  return Math.max(0, Math.floor(at.getTime() / 1000));
}

/** How a git process ended. */
export interface GitOutput {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** One git process; `env` is complete, see `gitEnvironment`. */
export interface GitCall {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** One that is still to come is waited for while the process starts. */
  readonly input?: string | Uint8Array | Promise<string | Uint8Array>;
}

/** No hook, no maintenance in the background, no pathspec magic: what we read and write is data. */
export const GIT_OPTIONS: readonly string[] = [
  ...['-c', 'core.hooksPath=/dev/null'],
  ...['-c', 'gc.auto=0'],
  ...['-c', 'maintenance.auto=false'],
  '--literal-pathspecs',
  '--no-replace-objects',
];

/**
 * The environment for git: the caller's without any `GIT_…` (a hook or an outer git would redirect us), and with no
 * prompt, no system configuration and one language for messages.
 */
export function gitEnvironment(env: { readonly [name: string]: string | undefined }): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name, value]) => value !== undefined && !name.startsWith('GIT_'));
  return { ...Object.fromEntries(kept), GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
}

/** Runs git without a shell and waits for its end; whatever exit code it has is for the caller to read. */
export async function runGit(call: GitCall): Promise<Result<GitOutput>> {
  return new Promise((resolve) => {
    const child = spawn('git', [...GIT_OPTIONS, ...call.args], {
      env: call.env,
      ...(call.cwd === undefined ? {} : { cwd: call.cwd }),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (cause) => resolve({ ok: false, error: [spawnProblem(cause)] }));
    child.on('close', (code) =>
      resolve({
        ok: true,
        value: {
          exitCode: code ?? 1,
          stdout: Buffer.concat(stdout),
          stderr: Buffer.concat(stderr).toString('utf8'),
        },
      }),
    );
    // A git that ends before it has read everything says why on stderr.
    child.stdin.on('error', () => undefined);
    void Promise.resolve(call.input ?? '').then((input) => child.stdin.end(input));
  });
}

export function spawnProblem(cause: Error): Problem {
  return {
    code: 'unavailable',
    message: `git cannot be started: ${cause.message.replace(/^spawn /, '')}`,
    hint: 'install git 2.38 or later and have it on PATH',
  };
}

/** What git said when it failed, as one line. */
export function gitProblem(what: string, output: Pick<GitOutput, 'exitCode' | 'stderr'>): Problem {
  const lines = output.stderr.split('\n').filter((line) => line.trim() !== '');
  const said = lines.find((line) => !line.startsWith('warning: ')) ?? lines[0];
  const reason = said?.replace(/^(fatal|error): /, '').trim() ?? `exit code ${output.exitCode}`;
  return { code: 'unavailable', message: `${what}: ${reason}` };
}
