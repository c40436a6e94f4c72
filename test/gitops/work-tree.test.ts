import { spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { formatProblem } from '../../api/index.ts';
import { replaceInWorkTree } from '../../gitops/index.ts';
import { lockOf, withLocks } from '../../gitops/work-tree/lock.ts';
import { removeTemporaryFolders, temporaryFolder, writeFiles } from './sandbox.ts';

afterAll(removeTemporaryFolders);

const FILES = { 'a.yaml': 'replicas: 1\n', 'sub/b.yaml': 'replicas: 2\n', 'sub/c.yaml': 'replicas: 3\n' };

function edits(before: { readonly [file: string]: string } = FILES) {
  return Object.entries(before).map(([file, text]) => ({
    ...{ file, before: Buffer.from(text), after: Buffer.from(text.replace(/\d/, '9')) },
  }));
}

function contents(folder: string): readonly string[] {
  return Object.keys(FILES).map((file) => readFileSync(join(folder, file), 'utf8'));
}

function names(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true }).map(String).sort();
}

describe('replacing files in a work tree', () => {
  test('replaces all of them and leaves nothing beside them', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, FILES);
    expect(await replaceInWorkTree(folder, edits())).toEqual({ ok: true, value: undefined });
    expect(contents(folder)).toEqual(['replicas: 9\n', 'replicas: 9\n', 'replicas: 9\n']);
    expect(names(folder)).toEqual(['a.yaml', 'sub', 'sub/b.yaml', 'sub/c.yaml']);
  });

  test.each([1, 2, 3])('puts every file back where number %i of them fails', async (failing) => {
    const folder = temporaryFolder();
    writeFiles(folder, FILES);
    let moves = 0;
    const move = async (from: string, to: string): Promise<void> => {
      moves += 1;
      if (moves === failing) throw new Error('the disk went away');
      return rename(from, to);
    };
    await expect(replaceInWorkTree(folder, edits(), move)).rejects.toThrow('the disk went away');
    expect(contents(folder)).toEqual(Object.values(FILES));
    expect(names(folder)).toEqual(['a.yaml', 'sub', 'sub/b.yaml', 'sub/c.yaml']);
  });

  test('replaces none where one is no longer what was edited', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { ...FILES, 'sub/c.yaml': 'replicas: 4\n' });
    const result = await replaceInWorkTree(folder, edits());
    expect(result.ok ? [] : result.error.map(formatProblem)).toEqual([
      'sub/c.yaml: changed while it was edited (nothing was written; try again)',
    ]);
    expect(contents(folder)).toEqual(['replicas: 1\n', 'replicas: 2\n', 'replicas: 4\n']);
    expect(names(folder)).toEqual(['a.yaml', 'sub', 'sub/b.yaml', 'sub/c.yaml']);
  });
});

/** A process that has ended. */
function deadPid(): number {
  return spawnSync('true').pid;
}

describe('two processes that replace the same file', () => {
  test('lose no change: whoever comes second is told to try again', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { 'a.yaml': 'replicas: 0\n' });
    const path = join(folder, 'a.yaml');
    const addOne = async (): Promise<boolean> => {
      const before = readFileSync(path);
      const after = Buffer.from(`replicas: ${Number(/\d+/.exec(before.toString())?.[0]) + 1}\n`);
      await new Promise(setImmediate);
      return (await replaceInWorkTree(folder, [{ file: 'a.yaml', before, after }])).ok;
    };
    let done = 0;
    for (let round = 0; round < 10; round += 1) {
      done += (await Promise.all(Array.from({ length: 8 }, addOne))).filter((isDone) => isDone).length;
    }
    expect(done).toBeGreaterThanOrEqual(10);
    expect(readFileSync(path, 'utf8')).toBe(`replicas: ${done}\n`);
    expect(names(folder)).toEqual(['a.yaml']);
  });

  test('wait for each other, and not for ever', async () => {
    const folder = realpathSync(temporaryFolder());
    writeFiles(folder, FILES);
    const lock = lockOf(folder);
    symlinkSync(`${process.pid}@${hostname()}`, lock);
    try {
      const result = await withLocks([join(folder, 'a.yaml')], async () => ({ ok: true, value: 1 }), 50);
      expect(result.ok ? [] : result.error.map(formatProblem)).toEqual([
        `another process (${process.pid}@${hostname()}) is replacing files in the same folder; nothing was written (try again; if none runs, delete ${lock})`,
      ]);
      setTimeout(() => rmSync(lock), 30);
      expect(await replaceInWorkTree(folder, edits())).toEqual({ ok: true, value: undefined });
    } finally {
      rmSync(lock, { force: true });
    }
  });

  test('do not wait for one that was killed', async () => {
    const folder = realpathSync(temporaryFolder());
    writeFiles(folder, FILES);
    const lock = lockOf(folder);
    symlinkSync(`${deadPid()}@${hostname()}`, lock);
    expect(await replaceInWorkTree(folder, edits())).toEqual({ ok: true, value: undefined });
    expect(lstatSync(lock, { throwIfNoEntry: false })).toBeUndefined();
  });
});

test('what a killed process left beside its files goes, and nothing else does', async () => {
  const folder = temporaryFolder();
  const uuid = '0190cafe-0000-4000-8000-000000000000';
  const [dead, alive] = [deadPid(), process.pid].map((pid) => `.dynamo-gitops-${pid}-${uuid}.tmp`) as [string, string];
  const young = dead.replace('cafe', 'beef');
  writeFiles(folder, { ...FILES, [dead]: '', [alive]: '', [young]: '', '.x.yaml.tmp': '' });
  for (const name of [dead, alive, '.x.yaml.tmp']) utimesSync(join(folder, name), 1, 1);
  expect(await replaceInWorkTree(folder, edits())).toEqual({ ok: true, value: undefined });
  expect(names(folder)).toEqual([young, alive, '.x.yaml.tmp', 'a.yaml', 'sub', 'sub/b.yaml', 'sub/c.yaml'].sort());
});

test('a failure names the file that was to be replaced, not the one that was to take its place', async () => {
  const folder = temporaryFolder();
  writeFiles(folder, FILES);
  const move = async (from: string, to: string): Promise<void> => {
    await rename(`${from}.gone`, to);
  };
  await expect(replaceInWorkTree(folder, edits(), move)).rejects.toMatchObject({ code: 'ENOENT', path: 'a.yaml' });
});
