import { readdirSync, readFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { formatProblem } from '../../api/index.ts';
import { replaceInWorkTree } from '../../gitops/index.ts';
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
