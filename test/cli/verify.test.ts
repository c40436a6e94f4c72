import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import {
  CHAT,
  chatPlan,
  commitAll,
  DGD,
  ENVIRONMENT,
  git,
  manifestOf,
  NOW,
  PINS,
  pinsOf,
  removeTemporaryFolders,
  repositoryWith,
  writeFiles,
} from '../gitops/sandbox.ts';
import { callCli } from './call.ts';

afterAll(removeTemporaryFolders);

const BRANCH = 'dynamo-gitops/prod/chat';
const MORE = chatPlan({ prefill: 3, decode: 6 });
const LATE = new Date('2026-09-20T09:00:00.001Z');

/** A repository in which the plan is proposed. */
async function proposed(): Promise<string> {
  const folder = repositoryWith({ ...CHAT, 'dynamo-gitops.yaml': 'schemaVersion: 1\n', '.gitignore': '/plan.json\n' });
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(MORE));
  const { exitCode, stderr } = await callCli(['propose'], { cwd: folder, env: ENVIRONMENT, now: () => NOW });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return folder;
}

function verify(cwd: string, words: readonly string[] = [BRANCH], now = NOW) {
  return callCli(['verify', ...words], { cwd, env: ENVIRONMENT, now: () => now });
}

async function reasonsOf(cwd: string, now = NOW) {
  const { exitCode, stdout } = await verify(cwd, [BRANCH, '-o', 'json'], now);
  return { exitCode, reasons: JSON.parse(stdout).reasons };
}

describe('verify', () => {
  test('passes a proposal that is as it was made, by branch and by number, and writes nothing', async () => {
    const folder = await proposed();
    const refs = git(folder, 'for-each-ref');
    for (const name of [BRANCH, '1', '!1']) {
      expect(await verify(folder, [name])).toEqual({
        exitCode: 0,
        stderr: '',
        stdout: `!1 (${BRANCH} → main) may be merged: its plan holds, and branch and base are as they were.\n`,
      });
    }
    writeFiles(folder, { 'README.md': 'Something else.\n' });
    commitAll(folder, 'something else');
    expect(await reasonsOf(folder)).toEqual({ exitCode: 0, reasons: [] });
    expect(git(folder, 'for-each-ref', 'refs/dynamo-gitops', `refs/heads/${BRANCH}`)).toBe(
      refs
        .split('\n')
        .filter((line) => !line.endsWith('/main'))
        .join('\n'),
    );
  });

  test('passes one that people keep from us, and says so', async () => {
    const folder = await proposed();
    git(folder, 'update-ref', 'refs/dynamo-gitops/label/1/hold', 'HEAD');
    const note = '!1 has the label "hold": it is not brought up to date, and people say whether it is merged';
    expect(await verify(folder)).toEqual({
      ...{ exitCode: 0, stderr: '' },
      stdout: `!1 (${BRANCH} → main) may be merged: its plan holds, and branch and base are as they were.\n  ${note}\n`,
    });
    expect(JSON.parse((await verify(folder, [BRANCH, '-o', 'json'])).stdout)).toMatchObject({ isSound: true, note });
  });

  test('fails when the plan has expired', async () => {
    const folder = await proposed();
    expect(await reasonsOf(folder, LATE)).toEqual({
      ...{ exitCode: 2, reasons: [`the plan expired at ${MORE.expiresAt}`] },
    });
  });

  test('fails when a number that it starts from is another on the base', async () => {
    const folder = await proposed();
    const other = { prefill: 2, decode: 5 };
    writeFiles(folder, { [DGD]: manifestOf('chat', other), [PINS]: pinsOf('chat', other) });
    commitAll(folder, 'five');
    const { exitCode, stdout } = await verify(folder);
    expect(exitCode).toBe(2);
    expect(stdout).toBe(
      [
        `!1 (${BRANCH} → main) may not be merged:`,
        `  ${PINS}:8 is no longer 4 (decode) on "main"`,
        `  ${DGD}:12 is no longer 4 (decode) on "main"`,
        '',
      ].join('\n'),
    );
  });

  test('fails when the file says more than before on the base, and one that is gone', async () => {
    const folder = await proposed();
    writeFiles(folder, { [DGD]: `${CHAT[DGD]}# later\n` });
    git(folder, 'rm', '--quiet', PINS);
    commitAll(folder, 'later');
    expect(await reasonsOf(folder)).toEqual({
      exitCode: 2,
      reasons: [
        `${PINS} does not exist on "main" any more`,
        `${DGD} differs from "main" in more than the proposed numbers`,
      ],
    });
  });

  test('fails when a person changed the branch', async () => {
    const folder = await proposed();
    git(folder, 'checkout', '--quiet', BRANCH);
    writeFiles(folder, { [PINS]: pinsOf('chat', { prefill: 3, decode: 5 }) });
    const theirs = commitAll(folder, 'five is enough');
    git(folder, 'checkout', '--quiet', 'main');
    expect(await reasonsOf(folder)).toEqual({
      exitCode: 2,
      reasons: [`the branch "${BRANCH}" is at ${theirs.slice(0, 12)}, a commit that is not ours`],
    });
  });

  test('fails when the record is of another plan than the body', async () => {
    const folder = await proposed();
    const record = JSON.parse(git(folder, 'show', 'refs/dynamo-gitops/mr/1:merge-request.json'));
    const other = chatPlan({ prefill: 3, decode: 7 }).digest;
    for (const [change, reason] of [
      [{ planDigest: other }, `the body is of plan ${MORE.digest}, and the branch of plan ${other}`],
      [{ body: 'Mine now.' }, 'the body does not say any more which plan it is of, and when that expires'],
    ] as const) {
      git(folder, 'checkout', '--quiet', '--detach', 'refs/dynamo-gitops/mr/1');
      writeFileSync(join(folder, 'merge-request.json'), JSON.stringify({ ...record, ...change }));
      git(folder, 'add', 'merge-request.json');
      git(folder, 'commit', '--quiet', '--message', `${BRANCH} !1 open`);
      git(folder, 'update-ref', 'refs/dynamo-gitops/mr/1', 'HEAD');
      git(folder, 'checkout', '--quiet', 'main');
      expect(await reasonsOf(folder)).toEqual({ exitCode: 2, reasons: [reason] });
    }
  });

  test('fails when the branch changes a file that the plan does not name, though its record knows the commit', async () => {
    const folder = await proposed();
    git(folder, 'checkout', '--quiet', BRANCH);
    writeFiles(folder, { 'README.md': 'Mine now.\n', a: '', b: '', c: '' });
    const commit = commitAll(folder, 'and these');
    const record = JSON.parse(git(folder, 'show', 'refs/dynamo-gitops/mr/1:merge-request.json'));
    git(folder, 'checkout', '--quiet', '--detach', 'refs/dynamo-gitops/mr/1');
    const head = { ...record.head, commit };
    writeFileSync(join(folder, 'merge-request.json'), JSON.stringify({ ...record, head }));
    git(folder, 'add', 'merge-request.json');
    git(folder, 'commit', '--quiet', '--message', `${BRANCH} !1 open`);
    git(folder, 'update-ref', 'refs/dynamo-gitops/mr/1', 'HEAD');
    git(folder, 'checkout', '--quiet', 'main');
    expect(await reasonsOf(folder)).toEqual({
      exitCode: 2,
      reasons: ['the branch also changes README.md, a, b and 1 more, of which the plan says nothing'],
    });
  });

  test('fails when only the mode of a file is another', async () => {
    const folder = await proposed();
    git(folder, 'update-index', '--chmod=+x', PINS);
    git(folder, 'commit', '--quiet', '--message', 'executable');
    expect(await reasonsOf(folder)).toEqual({
      exitCode: 2,
      reasons: [`${PINS} has mode 100644, and 100755 on "main"`],
    });
  });

  test('is an error in one line where there is nothing to verify', async () => {
    const folder = await proposed();
    expect(await verify(folder, ['feature'])).toMatchObject({
      exitCode: 1,
      stderr: 'error: the branch "feature" has no open proposal into "main" (dynamo-gitops propose opens one)\n',
    });
    expect(await verify(folder, ['7'])).toMatchObject({ exitCode: 1, stderr: 'error: there is no merge request !7\n' });
    git(folder, 'merge', '--quiet', BRANCH);
    expect(await verify(folder, ['1'])).toMatchObject({ exitCode: 1, stderr: 'error: !1 is merged already\n' });
  });
});
