import { run, type Terminal } from '../../cli/program.ts';

/** Calls the command line in this process, outside of any terminal, and keeps what it printed. */
export async function callCli(
  words: readonly string[],
  outside: Partial<Pick<Terminal, 'cwd' | 'env' | 'now' | 'isInWorkflow'>>,
) {
  const output = { stdout: '', stderr: '' };
  const exitCode = await run(words, {
    cwd: '/nowhere',
    env: {},
    now: () => new Date(0),
    ...outside,
    stdout: (text) => {
      output.stdout += text;
    },
    stderr: (text) => {
      output.stderr += text;
    },
    isTerminal: false,
    onInterrupt: () => () => undefined,
  });
  return { exitCode, ...output };
}
