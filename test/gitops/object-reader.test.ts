import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { openRepository } from '../../gitops/repository/index.ts';
import { ObjectReader } from '../../gitops/repository/object-reader.ts';
import { commitAll, ENVIRONMENT, git, removeTemporaryFolders, repositoryWith, writeFiles } from './sandbox.ts';

afterAll(removeTemporaryFolders);

function readerOf(folder: string): ObjectReader {
  return new ObjectReader(join(folder, '.git'), { ...ENVIRONMENT });
}

async function texts(reader: ObjectReader, names: readonly string[]): Promise<readonly (string | undefined)[]> {
  const read = await reader.read(names);
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value.map((object) => object?.bytes.toString());
}

/** Processes of git that answer for a repository. */
function running(folder: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((id) => commandOf(id).includes(`--git-dir=${join(folder, '.git')}`));
}

function commandOf(id: number): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

const onLinux = process.platform === 'linux' ? test : test.skip;

describe('the process that answers for objects', () => {
  test('answers in the order of the names, what is not there among them', async () => {
    const folder = repositoryWith({ 'a.yaml': 'a\n', 'b c.yaml': '', 'd.yaml': 'd'.repeat(300_000) });
    const reader = readerOf(folder);
    const names = ['HEAD:a.yaml', 'HEAD:none', 'HEAD:d.yaml', 'HEAD:a\nHEAD:a.yaml', 'HEAD:b c.yaml', 'HEAD:a.yaml'];
    expect(await texts(reader, names)).toEqual(['a\n', undefined, 'd'.repeat(300_000), undefined, '', 'a\n']);
    expect(await texts(reader, [])).toEqual([]);
    expect(await texts(reader, ['\n'])).toEqual([undefined]);
    // Git would answer these for `a.yaml`.
    expect(await texts(reader, ['HEAD:a.yaml\r', 'HEAD:a.yaml\0b', 'HEAD:a.yaml'])).toEqual([
      undefined,
      undefined,
      'a\n',
    ]);
  });

  test('answers many questions at once, each with its own', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`f/${index}`, `${index}\n`.repeat(99)]),
    );
    const reader = readerOf(repositoryWith(files));
    const asked = Object.entries(files).map(async ([file, text]) => {
      expect(await texts(reader, [`HEAD:${file}`, 'HEAD:none', `HEAD:${file}`])).toEqual([text, undefined, text]);
    });
    await Promise.all(asked);
  });

  test('reads what was written, and misses what was removed, since it last answered', async () => {
    const folder = repositoryWith({ 'a.yaml': 'a\n' });
    const reader = readerOf(folder);
    expect(await texts(reader, ['HEAD:a.yaml'])).toEqual(['a\n']);
    writeFiles(folder, { 'a.yaml': 'b\n' });
    commitAll(folder, 'second');
    expect(await texts(reader, ['HEAD:a.yaml', 'HEAD~1:a.yaml'])).toEqual(['b\n', 'a\n']);
    git(folder, 'gc', '--quiet', '--prune=now');
    expect(await texts(reader, ['HEAD:a.yaml', 'HEAD~1:a.yaml'])).toEqual(['b\n', 'a\n']);
  });

  test('says why where git ends before it has answered, and is started anew', async () => {
    const folder = repositoryWith({ 'a.yaml': 'a\n', 'b.yaml': randomBytes(9000).toString('hex') });
    const object = git(folder, 'rev-parse', 'HEAD:b.yaml').trim();
    const loose = join(folder, '.git/objects', object.slice(0, 2), object.slice(2));
    const bytes = readFileSync(loose);
    rmSync(loose);
    writeFileSync(loose, bytes.subarray(0, 4000));
    const reader = readerOf(folder);
    const read = await Promise.all([reader.read(['HEAD:a.yaml']), reader.read([object]), reader.read(['HEAD:a.yaml'])]);
    expect(read.map(({ ok }) => ok)).toEqual([true, false, false]);
    const [, failed] = read;
    expect(failed.ok ? [] : failed.error.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^git cannot read objects: /),
    ]);
    expect(await texts(reader, ['HEAD:a.yaml'])).toEqual(['a\n']);
  });

  test('is told of as of any other where git cannot be started', async () => {
    const reader = new ObjectReader('/nonexistent/.git', { ...ENVIRONMENT, PATH: '/nonexistent' });
    const read = await reader.read(['HEAD']);
    expect(read.ok ? [] : read.error.map(({ hint }) => hint)).toEqual([
      'install git 2.38 or later and have it on PATH',
    ]);
  });

  onLinux(
    'is one, goes where nothing is asked, and comes back',
    async () => {
      const folder = repositoryWith({ 'a.yaml': 'a\n' });
      const reader = readerOf(folder);
      reader.warm();
      await Promise.all([texts(reader, ['HEAD']), texts(reader, ['HEAD'])]);
      expect(running(folder)).toHaveLength(1);
      const patience = Date.now() + 20_000;
      while (running(folder).length > 0 && Date.now() < patience)
        await new Promise((resolve) => setTimeout(resolve, 100));
      expect(running(folder)).toEqual([]);
      expect(await texts(reader, ['HEAD:a.yaml'])).toEqual(['a\n']);
    },
    30_000,
  );

  test('keeps nobody from ending, save who waits for an answer', async () => {
    const holding = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap' || name === 'PipeWrap').length;
    const before = holding();
    const reader = readerOf(repositoryWith({ 'a.yaml': 'a\n' }));
    reader.warm();
    expect(holding()).toBe(before);
    const asked = texts(reader, ['HEAD:a.yaml']);
    expect(holding()).toBeGreaterThan(before);
    await asked;
    expect(holding()).toBe(before);
  });

  test('has the environment of its repository, and no other', async () => {
    const folder = repositoryWith({ 'a.yaml': 'a\n' });
    const other = repositoryWith({ 'a.yaml': 'other\n' });
    const opened = await openRepository(folder, { ...ENVIRONMENT, GIT_OBJECT_DIRECTORY: join(other, '.git/objects') });
    if (!opened.ok) throw new Error(JSON.stringify(opened.error));
    expect(await texts(opened.value.objects, ['HEAD:a.yaml'])).toEqual(['a\n']);
  });
});
