import { describe, expect, test } from '@jest/globals';
import { run } from '../../cli/program.ts';
import { unexpected } from '../../cli/unexpected.ts';

async function call(...words: readonly string[]) {
  const output = { stdout: '', stderr: '' };
  const exitCode = await run(words, {
    cwd: '/nowhere',
    env: {},
    now: () => new Date(0),
    stdout: (text) => {
      output.stdout += text;
    },
    stderr: (text) => {
      output.stderr += text;
    },
    isTerminal: false,
  });
  return { exitCode, ...output };
}

describe('the command line', () => {
  test('prints its help on stdout and succeeds', async () => {
    const { exitCode, stdout, stderr } = await call('--help');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('Usage: dynamo-gitops');
  });

  test('prints the help of one command', async () => {
    const { exitCode, stdout } = await call('plan', '--help');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Usage: dynamo-gitops plan');
    expect(stdout).toContain('--output <format>');
  });

  test('prints its version', async () => {
    const { exitCode, stdout } = await call('--version');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each([
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['paln'], /did you mean plan\?/],
    [['plan', '--nonsense'], /unknown option '--nonsense'/],
    [['plan', 'surplus'], /too many arguments/],
    [['plan', '-o', 'xml'], /'xml' is invalid. Allowed choices are text, json, yaml, markdown/],
    [[], /no command given/],
  ])('answers the wrong call %j with one line and exit code 1', async (words, message) => {
    const { exitCode, stdout, stderr } = await call(...words);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toMatch(message);
  });

  test('names a folder that does not exist rather than showing a trace', async () => {
    const { exitCode, stderr } = await call('-C', '/does/not/exist', 'plan');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe('an exception', () => {
  test('of the system is told by its cause', () => {
    const cause = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', path: 'dist/a.yaml' });
    expect(unexpected(cause)).toEqual({
      code: 'unwritable',
      file: 'dist/a.yaml',
      message: 'cannot be written: the disk is full',
    });
  });

  test('of any other kind is called a defect, in one line', () => {
    const problem = unexpected(new Error('first\nsecond'));
    expect(problem).toMatchObject({ code: 'internal', message: 'unexpected failure: first' });
  });
});
