import { describe, expect, test } from '@jest/globals';
import { unexpected } from '../../cli/unexpected.ts';
import { callCli } from './call.ts';

function call(...words: readonly string[]) {
  return callCli(words, {});
}

describe('the command line', () => {
  test('prints its help on stdout and succeeds', async () => {
    const { exitCode, stdout, stderr } = await call('--help');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('Usage: dynamo-gitops');
    expect(stdout).toContain('\nExit codes:\n  0  done, or nothing to do\n');
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

  test.each([
    [['scale', '--nonsense'], 'see dynamo-gitops scale --help'],
    [['scale'], 'see dynamo-gitops scale --help'],
    [['scale', 'dist'], '<graph>/<service>=-1; see dynamo-gitops scale --help'],
    [['propose', '--forge', 'gitlab'], 'see dynamo-gitops propose --help'],
    [['frobnicate'], 'see dynamo-gitops --help'],
  ])('sends the wrong call %j to its help', async (words, hint) => {
    const { stderr } = await call(...words);
    expect(stderr.trimEnd().endsWith(`${hint})`)).toBe(true);
  });

  test.each([
    [['plan', '--nonsense', '-o', 'json'], 'usage'],
    [['-o', 'json', 'frobnicate'], 'usage'],
    [['propose', '--forge', 'gitlab', '-o', 'json'], 'usage'],
    [['apply', '-o', 'json'], 'not-found'],
  ])('tells a program what is wrong with the call %j', async (words, code) => {
    const { exitCode, stdout, stderr } = await call(...words);
    const document = JSON.parse(stdout);
    expect({ exitCode, kind: document.kind, version: document.schemaVersion }).toEqual({
      ...{ exitCode: 1, kind: 'error', version: 1 },
    });
    expect(document.problems).toMatchObject([{ code }]);
    expect(stderr).toContain(document.problems[0].message);
  });

  test('tells it in YAML, too, and not in the formats for people', async () => {
    const { stdout } = await call('apply', 'gone.json', '-o', 'yaml');
    expect(stdout).toMatch(/^schemaVersion: 1\nkind: error\nproblems:\n {2}- code: not-found\n {4}file: gone\.json\n/);
    expect((await call('apply', 'gone.json', '-o', 'markdown')).stdout).toBe('');
    expect((await call('apply', 'gone.json')).stdout).toBe('');
  });

  test.each(['synth', 'lint', 'plan', 'explain', 'apply', 'propose', 'scale', 'demo'])(
    'closes the help of %s with an example and the exit codes',
    async (command) => {
      const { stdout } = await call(command, '--help');
      expect(stdout).toContain(`\nExample:\n  dynamo-gitops ${command}`);
      expect(stdout).toMatch(/\nExit codes: 0 done[^\n]*; 1 error[^\n]*\n$/);
      expect(stdout).not.toMatch(/dgd\/|<graph\/service/);
    },
  );

  test('reads plan.json where apply and propose name no plan', async () => {
    expect((await call('apply')).stderr).toMatch(/^error: plan\.json: does not exist \(dynamo-gitops plan --out/);
    expect((await call('propose', '--help')).stdout).toContain('(default: "plan.json")');
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
