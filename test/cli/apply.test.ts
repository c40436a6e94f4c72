import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { Plan } from '../../api/index.ts';
import {
  CHAT,
  chatPlan,
  chatTargets,
  DGD,
  type Files,
  manifestOf,
  NOW,
  PINS,
  pinsOf,
  planOf,
  removeTemporaryFolders,
  temporaryFolder,
  writeFiles,
} from '../gitops/sandbox.ts';
import { callCli } from './call.ts';

afterAll(removeTemporaryFolders);

function folderWith(plan: Plan, files: Files = CHAT): string {
  const folder = temporaryFolder();
  writeFiles(folder, { ...files, 'plan.json': JSON.stringify(plan) });
  return folder;
}

function apply(cwd: string, ...words: readonly string[]) {
  return callCli(['apply', ...words], { cwd, now: () => NOW });
}

function contents(folder: string): Files {
  return { [DGD]: readFileSync(join(folder, DGD), 'utf8'), [PINS]: readFileSync(join(folder, PINS), 'utf8') };
}

const UNTOUCHED: Files = { [DGD]: CHAT[DGD] ?? '', [PINS]: CHAT[PINS] ?? '' };
const MORE = chatPlan({ prefill: 3, decode: 6 });

describe('apply', () => {
  test('edits the manifest and the pins, and says each line', async () => {
    const folder = folderWith(MORE);
    chmodSync(join(folder, DGD), 0o600);
    expect(await apply(folder, 'plan.json')).toEqual({
      exitCode: 0,
      stdout: [
        `${PINS}:6  prod/chat/prefill 2 → 3`,
        `${PINS}:8  prod/chat/decode 4 → 6`,
        `${DGD}:10  prod/chat/prefill 2 → 3`,
        `${DGD}:12  prod/chat/decode 4 → 6`,
        '',
      ].join('\n'),
      stderr: '',
    });
    expect(contents(folder)).toEqual({
      [DGD]: manifestOf('chat', { prefill: 3, decode: 6 }),
      [PINS]: pinsOf('chat', { prefill: 3, decode: 6 }),
    });
    expect(statSync(join(folder, DGD)).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, dirname(DGD)))).toHaveLength(1);
  });

  test('tells a program what changed', async () => {
    const folder = folderWith(MORE);
    const { stdout } = await apply(folder, 'plan.json', '-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ schemaVersion: 1, kind: 'applied', plan: MORE.digest, outcome: 'applied' },
      changes: [
        { environment: 'prod', deployment: 'chat', service: 'prefill', file: PINS, line: 6, from: 2, to: 3 },
        { file: PINS, line: 8 },
        { file: DGD, line: 10 },
        { file: DGD, line: 12 },
      ],
    });
  });

  test('has nothing to do where every number is what it should be', async () => {
    const folder = folderWith(chatPlan({ prefill: 2, decode: 4 }));
    expect(await apply(folder, 'plan.json')).toEqual({
      ...{ exitCode: 0, stdout: 'Nothing to do: every number is what it should be.\n', stderr: '' },
    });
    expect(contents(folder)).toEqual(UNTOUCHED);
  });

  test('writes no file where one of them has changed since the plan', async () => {
    const folder = folderWith(MORE);
    writeFileSync(join(folder, DGD), `${CHAT[DGD]}# later\n`);
    expect(await apply(folder, 'plan.json')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `error: ${DGD}: has changed since the plan was made (run plan again)\n`,
    });
    expect(contents(folder)[PINS]).toBe(CHAT[PINS]);
  });

  test('has nothing to do the second time, also where a comment was written since', async () => {
    const folder = folderWith(MORE);
    await apply(folder, 'plan.json');
    writeFileSync(join(folder, DGD), `# Sized in September.\n${manifestOf('chat', { prefill: 3, decode: 6 })}`);
    const before = contents(folder);
    expect(await apply(folder, 'plan.json')).toEqual({
      ...{ exitCode: 0, stdout: 'Nothing to do: every number is what it should be.\n', stderr: '' },
    });
    expect(contents(folder)).toEqual(before);
  });

  test('applies nothing where only a part of a changed graph holds the numbers', async () => {
    const folder = folderWith(MORE);
    await apply(folder, 'plan.json');
    writeFileSync(join(folder, PINS), pinsOf('chat', { prefill: 3, decode: 5 }));
    const { exitCode, stderr } = await apply(folder, 'plan.json');
    expect(exitCode).toBe(1);
    expect(stderr.match(/has changed since the plan was made/g)).toHaveLength(2);
  });

  test('does not take the numbers of another graph in the same place for its own', async () => {
    const folder = folderWith(MORE);
    await apply(folder, 'plan.json');
    writeFileSync(join(folder, DGD), manifestOf('search', { prefill: 3, decode: 6 }));
    expect((await apply(folder, 'plan.json')).exitCode).toBe(1);
  });

  test('does not follow a symbolic link, of the file or of a folder above it', async () => {
    const outside = temporaryFolder();
    writeFiles(outside, { 'graph.yaml': CHAT[DGD] ?? '' });
    for (const [target, link] of [
      [join(outside, 'graph.yaml'), 'dist/graph.yaml'],
      [outside, 'elsewhere'],
    ] as const) {
      const manifest = link.endsWith('.yaml') ? link : `${link}/graph.yaml`;
      const files = { [manifest]: CHAT[DGD] ?? '', [PINS]: CHAT[PINS] ?? '' };
      const plan = planOf(chatTargets(files, { prefill: 3, decode: 6 }, { graph: 'chat', manifest, pins: PINS }));
      const folder = folderWith(plan);
      mkdirSync(dirname(join(folder, link)), { recursive: true });
      symlinkSync(target, join(folder, link));
      expect(await apply(folder, 'plan.json')).toEqual({
        exitCode: 1,
        stdout: '',
        stderr: `error: ${manifest}: is reached through a symbolic link, so it is not edited\n`,
      });
      expect(contents(folder)).toEqual(UNTOUCHED);
    }
    expect(readFileSync(join(outside, 'graph.yaml'), 'utf8')).toBe(CHAT[DGD]);
  });

  test('edits nothing that a folder has marked as generated since the plan', async () => {
    const folder = folderWith(MORE, { ...CHAT, 'dist/.gitattributes': '*.yaml linguist-generated\n' });
    const { exitCode, stderr } = await apply(folder, 'plan.json');
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${DGD} is marked linguist-generated in dist/.gitattributes:1`);
    expect(contents(folder)).toEqual(UNTOUCHED);
  });

  test('notes that a plan is out of date', async () => {
    const folder = folderWith(planOf(MORE.targets, { expiresAt: '2026-09-19T09:30:00.000Z' }));
    const { exitCode, stderr } = await apply(folder, 'plan.json');
    expect(exitCode).toBe(0);
    expect(stderr).toBe('note: the plan expired at 2026-09-19T09:30:00.000Z, so its numbers may be out of date\n');
  });

  test.each([
    ['a plan that is not JSON', '{', /^error: plan\.json(:\d+:\d+)?: is not JSON: [^\n]*\n$/],
    ['a plan of another kind', '{"schemaVersion": 2}', /^(error: plan\.json: [^\n]+\n)+$/],
    [
      'a plan that was edited',
      JSON.stringify({ ...MORE, createdAt: '2026-01-01T00:00:00.000Z' }),
      /^error: plan\.json: digest: was changed after it was made: its digest does not match \(run plan again\)\n$/,
    ],
    [
      'a plan for a workflow',
      JSON.stringify(
        planOf(
          MORE.targets.map((target) => ({
            ...target,
            locations: target.locations.map((location) => ({ ...location, file: '.github/workflows/ci.yaml' })),
          })),
        ),
      ),
      /^(error: \.github\/workflows\/ci\.yaml: [^\n]*may not edit it\n)+/,
    ],
    [
      'a plan that was sealed again with the name of another environment',
      JSON.stringify(planOf(MORE.targets.map((target) => ({ ...target, environment: 'staging' })))),
      /^(error: apps\/chat\/pins\/prod\/chat\.yaml:\d+: [^\n]* is not the number of staging\/chat\/[^\n]*\n)+$/,
    ],
    [
      'a plan for a file outside',
      JSON.stringify(
        planOf(
          MORE.targets.map((target) => ({
            ...target,
            locations: target.locations.map((location) => ({ ...location, file: '../outside.yaml' })),
          })),
        ),
      ),
      /^(error: plan\.json: targets[^\n]*must be a relative path inside the repository[^\n]*\n)+$/,
    ],
  ])('answers %s in one line for each problem, and writes nothing', async (_, text, message) => {
    const folder = folderWith(MORE);
    writeFileSync(join(folder, 'plan.json'), text);
    const { exitCode, stdout, stderr } = await apply(folder, 'plan.json');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(contents(folder)).toEqual(UNTOUCHED);
  });

  test('names a plan that is not there', async () => {
    const { exitCode, stderr } = await apply(temporaryFolder(), 'none.json');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: none\.json: does not exist[^\n]*\n$/);
  });
});
