import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatProblem } from '../../api/index.ts';
import { openRepository, publish, type Repository, readFilesAt } from '../../gitops/repository/index.ts';
import { packOf, treeEntries, withEntries } from '../../gitops/repository/object-format.ts';
import { type CommitDraft, makeCommits, storeObjects } from '../../gitops/repository/write-commits.ts';
import {
  commitAll,
  ENVIRONMENT,
  git,
  NOW,
  removeTemporaryFolders,
  repositoryWith,
  temporaryFolder,
  writeFiles,
} from './sandbox.ts';

afterAll(removeTemporaryFolders);

const BOT = { name: 'bot', email: 'bot@example.com', at: NOW };
const FILES = { 'root.yaml': 'root\n', 'deep/er/one.yaml': '1\n', 'deep/er/two.yaml': '2\n', 'deep.yaml': 'beside\n' };

async function opened(folder: string): Promise<Repository> {
  const repository = await openRepository(folder, ENVIRONMENT);
  if (!repository.ok) throw new Error(JSON.stringify(repository.error));
  return repository.value;
}

function edit(parent: string | undefined, files: { readonly [file: string]: string }): CommitDraft {
  return {
    parents: parent === undefined ? [] : [parent],
    tree: undefined,
    files: Object.entries(files).map(([file, text]) => ({ file, mode: '100644', bytes: Buffer.from(text) })),
    message: 'edited\n\nby ü\n',
  };
}

async function written(repository: Repository, draft: CommitDraft): Promise<string> {
  const made = await makeCommits(repository, BOT, [draft]);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  const stored = await storeObjects(repository, Promise.resolve(made.value.objects));
  if (!stored.ok) throw new Error(JSON.stringify(stored.error));
  return made.value.commits[0] ?? '';
}

/** The same commit by git's own means, from an index. */
function byGit(folder: string, parent: string, files: { readonly [file: string]: string }): string {
  const env = { ...ENVIRONMENT, GIT_INDEX_FILE: join(folder, '.git/other-index') };
  const run = (args: readonly string[], input = ''): string =>
    execFileSync('git', args, { cwd: folder, env, input, encoding: 'utf8' }).trim();
  run(['read-tree', parent]);
  for (const [file, text] of Object.entries(files)) {
    const object = run(['hash-object', '-w', '--stdin'], text);
    run(['update-index', '--add', '--cacheinfo', `100644,${object},${file}`]);
  }
  const when = `${NOW.getTime() / 1000} +0000`;
  Object.assign(env, { GIT_AUTHOR_NAME: BOT.name, GIT_AUTHOR_EMAIL: BOT.email, GIT_AUTHOR_DATE: when });
  Object.assign(env, { GIT_COMMITTER_NAME: BOT.name, GIT_COMMITTER_EMAIL: BOT.email, GIT_COMMITTER_DATE: when });
  return run(['commit-tree', run(['write-tree']), '-p', parent], 'edited\n\nby ü\n');
}

describe('a commit that is written without an index', () => {
  test.each(['sha1', 'sha256'])('has the name that git gives it with one, by %s', async (format) => {
    const folder = temporaryFolder();
    git(folder, 'init', '--quiet', '--template=', '--initial-branch=main', `--object-format=${format}`);
    writeFiles(folder, FILES);
    const parent = commitAll(folder, 'first');
    const files = {
      'deep/er/two.yaml': 'two\r\n',
      'deep/new/er/ü.yaml': 'new\n',
      'deep-er.yaml': '-',
      'root.yaml': '',
    };
    const commit = await written(await opened(folder), edit(parent, files));
    expect(commit).toBe(byGit(folder, parent, files));
    expect(git(folder, 'cat-file', '-t', commit)).toBe('commit\n');
    git(folder, 'branch', 'made', commit);
    expect(git(folder, 'fsck', '--strict', '--no-dangling')).toBe('');
  });

  test('leaves every other entry as it is, whatever its mode and the bytes of its name', async () => {
    const folder = repositoryWith(FILES);
    const inner = git(folder, 'rev-parse', 'HEAD').trim();
    const link = execFileSync('git', ['hash-object', '-w', '--stdin'], {
      cwd: folder,
      env: ENVIRONMENT,
      input: 'root.yaml',
    });
    const blob = link.toString().trim();
    const index = Buffer.concat([
      Buffer.from(
        `160000 ${inner}\tdeep/sub\n120000 ${blob}\tdeep/link\n100755 ${blob}\tdeep/run\n100644 ${blob}\tdeep/caf`,
      ),
      Buffer.from([0xe9, 0x0a]),
    ]);
    execFileSync('git', ['update-index', '--index-info'], { cwd: folder, env: ENVIRONMENT, input: index });
    git(folder, 'commit', '--quiet', '--message', 'of all kinds');
    const parent = git(folder, 'rev-parse', 'HEAD').trim();
    const commit = await written(await opened(folder), edit(parent, { 'deep/a.yaml': 'a\n' }));
    expect(git(folder, 'diff-tree', '-r', '--name-status', parent, commit)).toBe('A\tdeep/a.yaml\n');
  });

  test('may be the first one, with no file at all', async () => {
    const folder = repositoryWith(FILES);
    const repository = await opened(folder);
    expect(git(folder, 'ls-tree', '-r', await written(repository, edit(undefined, {})))).toBe('');
    expect(
      git(folder, 'ls-tree', '-r', '--name-only', await written(repository, edit(undefined, { 'a/b': 'c' }))),
    ).toBe('a/b\n');
  });

  test('is none where a file would stand in a file, in a link, or in place of a folder', async () => {
    const folder = repositoryWith(FILES);
    const repository = await opened(folder);
    const parent = git(folder, 'rev-parse', 'HEAD').trim();
    const problems = async (file: string) => {
      const made = await makeCommits(repository, BOT, [edit(parent, { [file]: 'x' })]);
      return made.ok ? [] : made.error.map(formatProblem);
    };
    expect(await problems('deep')).toEqual(['deep: is a folder in the repository']);
    expect(await problems('deep.yaml/a/b')).toEqual([
      'deep.yaml/a/b: cannot be written, since "deep.yaml" is no folder in the repository',
    ]);
  });

  test('and its refs are not written where it is no longer wanted, or git cannot store it', async () => {
    const folder = repositoryWith(FILES);
    const repository = await opened(folder);
    const parent = git(folder, 'rev-parse', 'HEAD').trim();
    const state = (): string => git(folder, 'for-each-ref') + git(folder, 'count-objects', '-v');
    const before = state();
    const publication = {
      drafts: [edit(parent, { 'root.yaml': 'other\n' })] as const,
      steps: ([commit = '']: readonly string[]) => [
        { kind: 'set', name: 'refs/heads/made', from: undefined, to: commit } as const,
      ],
    };
    const unwanted = { ...publication, isWanted: Promise.resolve({ ok: true, value: false } as const) };
    expect(await publish(repository, BOT, 'made', unwanted)).toEqual({ ok: true, value: undefined });
    expect(state()).toBe(before);
    const made = await makeCommits(repository, BOT, publication.drafts);
    const [first] = made.ok ? made.value.objects : [];
    // A file in place of the folder that the object belongs in.
    if (first !== undefined) writeFileSync(join(folder, '.git/objects', first.name.slice(0, 2)), '');
    const failed = await publish(repository, BOT, 'made', publication);
    expect(failed.ok ? [] : failed.error.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^git cannot write the commit: /),
    ]);
    expect(git(folder, 'for-each-ref', 'refs/heads/made')).toBe('');
  });
});

describe('what others left in a repository', () => {
  /** Stores what git itself would not write. */
  function stored(folder: string, tree: Buffer): string {
    const args = ['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'];
    return execFileSync('git', args, { cwd: folder, env: ENVIRONMENT, input: tree }).toString().trim();
  }

  test('may be trees with zeros before their modes, which are written anew as git writes them', async () => {
    const folder = repositoryWith({ ...FILES, 'deep-er': 'sorted before deep/', deep0: 'and after' });
    const whole = execFileSync('git', ['cat-file', 'tree', 'HEAD^{tree}'], { cwd: folder, env: ENVIRONMENT });
    const padded = Buffer.from(whole.toString('latin1').replaceAll('40000 ', '040000 '), 'latin1');
    const parent = git(folder, 'commit-tree', stored(folder, padded), '-m', 'padded').trim();
    const commit = await written(await opened(folder), edit(parent, { 'root.yaml': 'other\n' }));
    expect(commit).toBe(byGit(folder, parent, { 'root.yaml': 'other\n' }));
  });

  test.each([
    ['100644 no end', '100644 no end'],
    ['no space', 'no-space'],
    ['an object cut short', '100644 a\0short'],
    ['zeros', '\0'.repeat(100)],
  ])('may be a tree that is none (%s), which is told of', async (_, bytes) => {
    const folder = repositoryWith(FILES);
    const tree = stored(folder, Buffer.from(bytes, 'latin1'));
    const read = await readFilesAt(await opened(folder), tree, ['a']);
    expect(read.ok ? [] : read.error.map(formatProblem)).toEqual([
      `the tree ${tree} is not one that git can read ("git fsck" tells more)`,
    ]);
  });

  test('may be a ref that cannot be moved, of which git says why; nobody is said to have moved it', async () => {
    const folder = repositoryWith(FILES);
    const repository = await opened(folder);
    const publication = {
      drafts: [edit(git(folder, 'rev-parse', 'HEAD').trim(), { 'root.yaml': 'other\n' })] as const,
      steps: ([commit = '']: readonly string[]) => [
        { kind: 'set', name: 'refs/heads/made', from: undefined, to: commit } as const,
      ],
    };
    const said = async () => {
      const published = await publish(repository, BOT, 'made', publication);
      return published.ok ? published.value : published.error.map(({ message }) => message);
    };
    writeFiles(folder, { '.git/refs/heads/made': 'garbage\n' });
    expect(await said()).toEqual([expect.stringMatching(/^git cannot move refs: .*reference broken$/)]);
    rmSync(join(folder, '.git/refs/heads/made'));
    rmSync(join(folder, '.git/logs'), { recursive: true });
    writeFiles(folder, { '.git/logs': 'a file' });
    expect(await said()).toEqual([expect.stringMatching(/^git cannot move refs: .*: Not a directory$/)]);
    rmSync(join(folder, '.git/logs'));
    expect(await said()).toHaveLength(1);
    expect(await said()).toBeUndefined();
  });
});

describe('a clock that is off', () => {
  test.each([
    ['1969-12-31T23:59:59.500Z', 0],
    ['1971-01-01T00:00:00.000Z', 31_536_000],
    ['2500-01-01T00:00:00.000Z', 16_725_225_600],
  ])('of %s is no reason to fail', async (at, seconds) => {
    const folder = repositoryWith(FILES);
    const parent = git(folder, 'rev-parse', 'HEAD').trim();
    const published = await publish(await opened(folder), { ...BOT, at: new Date(at) }, 'made', {
      drafts: [edit(parent, { 'root.yaml': 'other\n' })],
      steps: ([commit = '']) => [{ kind: 'set', name: 'refs/heads/made', from: undefined, to: commit }],
    });
    expect(published.ok).toBe(true);
    expect(git(folder, 'fsck', '--strict')).toBe('');
    expect(git(folder, 'log', '-1', '--format=%at %ct', 'made')).toBe(`${seconds} ${seconds}\n`);
  });
});

describe('objects in git’s own form', () => {
  test('are packed so that git unpacks them, of any size', () => {
    const folder = temporaryFolder();
    git(folder, 'init', '--quiet', '--template=');
    mkdirSync(join(folder, 'out'));
    const sizes = [0, 1, 15, 16, 2047, 2048, 70_000];
    const objects = sizes.map((size) => {
      const bytes = Buffer.alloc(size, `${size}`);
      const name = execFileSync('git', ['hash-object', '--stdin'], { cwd: folder, env: ENVIRONMENT, input: bytes });
      return { type: 'blob', bytes, name: name.toString().trim() } as const;
    });
    execFileSync('git', ['unpack-objects', '-q'], { cwd: folder, env: ENVIRONMENT, input: packOf(objects, 'sha1') });
    const sizeOf = (name: string): number => Number(git(folder, 'cat-file', '-s', name));
    expect(objects.map(({ name }) => sizeOf(name))).toEqual(sizes);
  });

  test('keep the entries of a tree in git’s order, and the last of each name', () => {
    const name = fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('a', 'b', '-', '.', '0', 'é') });
    const entry = fc.record({ mode: fc.constantFrom('100644', '040000'), object: fc.constantFrom('1', 'f') });
    const objects = new Map([
      ['1', '1'.repeat(40)],
      ['f', 'f'.repeat(40)],
    ]);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, entry)), fc.array(fc.tuple(name, entry)), (first, then) => {
        const named = (pairs: typeof first) =>
          new Map(pairs.map(([key, { mode, object }]) => [key, { mode, object: objects.get(object) ?? '' }]));
        const tree = withEntries(withEntries(new Uint8Array(), named(first), 'sha1'), named(then), 'sha1');
        const all = named([...first, ...then]);
        const sortName = (key: string): Buffer => Buffer.from(all.get(key)?.mode === '040000' ? `${key}/` : key);
        expect([...(treeEntries(tree, 'sha1') ?? [])]).toEqual(
          [...all].sort(([a], [b]) => Buffer.compare(sortName(a), sortName(b))),
        );
      }),
    );
  });
});
