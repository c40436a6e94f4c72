import { chmodSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { formatProblem } from '../../api/index.ts';
import { objectName, openRepository, readFilesAt } from '../../gitops/repository/index.ts';
import { commitAll, ENVIRONMENT, git, removeTemporaryFolders, repositoryWith } from './sandbox.ts';

afterAll(removeTemporaryFolders);

async function repository(files: { readonly [file: string]: string }) {
  const folder = repositoryWith(files);
  symlinkSync('root.yaml', join(folder, 'link.yaml'));
  chmodSync(join(folder, 'deep/er/run.yaml'), 0o755);
  const inner = commitAll(folder, 'of most kinds');
  git(folder, 'update-index', '--add', '--cacheinfo', `160000,${inner},vendor/sub`);
  git(folder, 'commit', '--quiet', '--message', 'and a submodule');
  const commit = git(folder, 'rev-parse', 'HEAD').trim();
  const opened = await openRepository(folder, ENVIRONMENT);
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return (names: readonly string[]) => readFilesAt(opened.value, commit, names);
}

const FILES = { 'root.yaml': 'root\n', 'deep/er/run.yaml': 'run\n', 'deep/ä b.yaml': 'é\r\n', 'deep/empty.yaml': '' };
/** So many that git is asked in other ways. */
const MORE = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `none/${index}.yaml`);

describe('files of a commit', () => {
  test.each([0, 50, 300])(
    'come with their bytes, modes and names, and %d that do not exist are left out',
    async (count) => {
      const read = await repository(FILES);
      const found = await read([...Object.keys(FILES), 'deep/none.yaml', 'root.yaml/none.yaml', ...MORE(count)]);
      const stored = found.ok ? [...found.value] : [];
      expect(stored.map(([file, { bytes }]) => [file, Buffer.from(bytes).toString()])).toEqual(Object.entries(FILES));
      expect(stored.map(([, { mode }]) => mode)).toEqual(['100644', '100755', '100644', '100644']);
      expect(stored.every(([, { object, bytes }]) => objectName(bytes, object) === object)).toBe(true);
    },
  );

  test.each([0, 50, 300])(
    'are none where a link, a folder or a submodule has that name, beside %d others',
    async (count) => {
      const read = await repository(FILES);
      const found = await read(['root.yaml', 'link.yaml', 'deep/er', 'vendor/sub', ...MORE(count)]);
      expect(found.ok ? [] : found.error.map(formatProblem)).toEqual([
        'link.yaml: is a symbolic link in the repository',
        'deep/er: is a folder in the repository',
        'vendor/sub: is a submodule in the repository',
      ]);
    },
  );

  test.each([0, 50, 300])(
    'of a commit or a folder that this clone does not hold are a problem, not absent, beside %d',
    async (count) => {
      const folder = repositoryWith(FILES);
      const opened = await openRepository(folder, ENVIRONMENT);
      if (!opened.ok) throw new Error(JSON.stringify(opened.error));
      const commit = git(folder, 'rev-parse', 'HEAD').trim();
      const names = ['deep/er/run.yaml', ...MORE(count)];
      expect((await readFilesAt(opened.value, 'f'.repeat(40), names)).ok).toBe(false);
      expect((await readFilesAt(opened.value, commit, names)).ok).toBe(true);
      const tree = git(folder, 'rev-parse', 'HEAD:deep/er').trim();
      rmSync(join(folder, '.git/objects', tree.slice(0, 2), tree.slice(2)));
      expect((await readFilesAt(opened.value, commit, names)).ok).toBe(false);
    },
  );
});
