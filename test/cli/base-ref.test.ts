import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { formatProblem, type Result } from '../../api/index.ts';
import { type ManifestsAtRef, readManifestsAtRef } from '../../cli/base-ref.ts';
import { readManifestTree } from '../../manifests/index.ts';
import { commitAll, ENVIRONMENT, git, removeTemporaryFolders, temporaryFolder, writeFiles } from '../gitops/sandbox.ts';

afterAll(removeTemporaryFolders);

function repository(files: { readonly [file: string]: string }): string {
  const folder = temporaryFolder();
  git(folder, 'init', '--quiet', '--initial-branch', 'main');
  writeFiles(folder, files);
  commitAll(folder, 'first');
  return folder;
}

function names(read: Result<ManifestsAtRef>): readonly string[] {
  return read.ok
    ? [...read.value.files.map(({ file }) => file), ...read.value.problems.map(formatProblem)]
    : read.error.map(formatProblem);
}

const at = (cwd: string, env = ENVIRONMENT) => ({ cwd, env });

describe('manifests at a commit', () => {
  test('are those that the work tree had then, by the same names', async () => {
    const folder = repository({
      'dist/a.yaml': 'a: 1\n',
      'dist/b.yml': 'a: 1\n',
      'dist/c.txt': 'a: 1\n',
      'other/d.yaml': 'a: 1\n',
      'node_modules/e.yaml': 'a: 1\n',
      'dist/node_modules/e.yaml': 'a: 1\n',
      'named.txt': 'a: 1\n',
    });
    const commit = git(folder, 'rev-parse', 'HEAD').trim();
    writeFiles(folder, { 'dist/a.yaml': 'a: 2\n', 'dist/new.yaml': 'a: 1\n' });
    const read = await readManifestsAtRef(at(folder), 'main', ['dist', 'named.txt', 'dist/new.yaml']);
    expect(names(read)).toEqual(['dist/a.yaml', 'dist/b.yml', 'named.txt']);
    expect(read.ok && read.value.commit).toBe(commit);
    expect(read.ok && read.value.files[0]?.documents[0]?.value).toEqual({ a: 1 });
    expect(names(await readManifestsAtRef(at(folder), 'HEAD', ['.']))).toEqual([
      'dist/a.yaml',
      'dist/b.yml',
      'other/d.yaml',
    ]);
    expect(names(await readManifestsAtRef(at(join(folder, 'dist')), 'HEAD', ['.']))).toEqual(['a.yaml', 'b.yml']);
    expect(names(await readManifestsAtRef(at(join(folder, 'dist')), 'HEAD', ['a.yaml']))).toEqual(['a.yaml']);
  });

  test('are not read again where the work tree has the same bytes', async () => {
    const folder = repository({ 'a.yaml': 'a: 1\n', 'b.yaml': 'a: 1\n' });
    writeFiles(folder, { 'b.yaml': 'a: 2\n' });
    const { files } = await readManifestTree(folder, ['.']);
    const read = await readManifestsAtRef(at(folder), 'HEAD', ['.'], files);
    expect(read.ok && read.value.files.map((file, index) => file === files[index])).toEqual([true, false]);
  });

  test('leave out links and submodules, and follow the links of the work tree', async () => {
    const folder = repository({ 'rendered/a.yaml': 'a: 1\n' });
    symlinkSync('rendered', join(folder, 'dist'));
    symlinkSync('/etc/passwd', join(folder, 'rendered/link.yaml'));
    git(folder, 'add', '--all');
    git(folder, 'update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},rendered/module.yaml`);
    git(folder, 'commit', '--quiet', '--message', 'links');
    expect(names(await readManifestsAtRef(at(folder), 'HEAD', ['dist']))).toEqual(['rendered/a.yaml']);
    expect(names(await readManifestsAtRef(at(folder), 'HEAD', ['.']))).toEqual(['rendered/a.yaml']);
  });

  test('say which file does not parse, and hold the others', async () => {
    const folder = repository({ 'a.yaml': 'a: [\n', 'b.yaml': 'a: 1\n' });
    expect(names(await readManifestsAtRef(at(folder), 'HEAD', ['.']))).toEqual([
      'a.yaml',
      'b.yaml',
      expect.stringMatching(/^a\.yaml:\d+:\d+: is not YAML: /),
    ]);
  });

  test('ignore where another git points', async () => {
    const folder = repository({ 'a.yaml': 'a: 1\n' });
    const other = repository({ 'b.yaml': 'a: 1\n' });
    const env = { ...ENVIRONMENT, GIT_DIR: join(other, '.git'), GIT_WORK_TREE: other };
    expect(names(await readManifestsAtRef(at(folder, env), 'HEAD', ['.']))).toEqual(['a.yaml']);
  });

  test('refuse what is no commit, in one line', async () => {
    const folder = repository({ 'a.yaml': 'a: 1\n' });
    for (const name of ['--output=x', '', 'a\nb', 'a\0b', 'x'.repeat(2000)]) {
      expect(names(await readManifestsAtRef(at(folder), name, ['.']))).toEqual([
        expect.stringMatching(/^".*" cannot be the name of a branch, a tag or a commit$/),
      ]);
    }
    expect(names(await readManifestsAtRef(at(folder), 'mai', ['.']))).toEqual([
      'the repository has no commit "mai" (did you mean "main"?)',
    ]);
    expect(names(await readManifestsAtRef(at(folder), 'HEAD:a.yaml', ['.']))).toEqual([
      'the repository has no commit "HEAD:a.yaml" (name a branch, a tag or a commit; fetch it first if it is of a remote)',
    ]);
    const clone = temporaryFolder();
    git(clone, 'clone', '--quiet', '--depth', '1', `file://${folder}`, '.');
    expect(names(await readManifestsAtRef(at(clone), '1234567', ['.']))).toEqual([
      expect.stringMatching(
        /^the repository has no commit "1234567", and this clone holds a part of the history only /,
      ),
    ]);
    git(clone, 'checkout', '--quiet', '-b', 'topic');
    git(clone, 'branch', '-D', 'main');
    expect(names(await readManifestsAtRef(at(clone), 'main', ['.']))).toEqual([
      'the repository has no commit "main" (did you mean "origin/main"?)',
    ]);
  });

  test('say what a clone does not hold, and fetch nothing', async () => {
    const folder = repository({ 'a.yaml': 'a: 1\n' });
    git(folder, 'config', 'uploadpack.allowFilter', 'true');
    const clone = temporaryFolder();
    git(clone, 'clone', '--quiet', '--no-checkout', '--filter=blob:none', `file://${folder}`, '.');
    const read = names(await readManifestsAtRef(at(clone), 'HEAD', ['.']));
    // An older git fetches all the same.
    if (read[0] !== 'a.yaml')
      expect(read).toEqual([expect.stringMatching(/^this clone does not hold the content of .* \(fetch it whole: /)]);
    const blob = git(folder, 'rev-parse', 'HEAD:a.yaml').trim();
    rmSync(join(folder, '.git/objects', blob.slice(0, 2), blob.slice(2)));
    expect(names(await readManifestsAtRef(at(folder), 'HEAD', ['.']))).toEqual([
      expect.stringMatching(/^this clone does not hold the content of 1 file of that commit /),
    ]);
  });

  test('refuse a path out of the folder, and a folder of no repository', async () => {
    const folder = repository({ 'below/a.yaml': 'a: 1\n' });
    expect(names(await readManifestsAtRef(at(join(folder, 'below')), 'HEAD', ['..', '/etc']))).toEqual([
      '..: leads out of the working folder (choose the folder with -C)',
      '/etc: leads out of the working folder (choose the folder with -C)',
    ]);
    const bare = temporaryFolder();
    mkdirSync(join(bare, 'empty'));
    expect(names(await readManifestsAtRef(at(join(bare, 'empty')), 'HEAD', ['.']))).toEqual([
      expect.stringContaining('not in a git repository'),
    ]);
  });
});
