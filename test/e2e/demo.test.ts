import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const cli = fileURLToPath(new URL('../../build/bin/dynamo-gitops.js', import.meta.url));

interface Story {
  readonly repository: string;
  readonly steps: readonly { readonly title: string; readonly result: { readonly [field: string]: unknown } | null }[];
}

describe('demo', () => {
  let temporary = '';
  let story: Story = { repository: '', steps: [] };
  let stderr = '';

  // A home without git settings and no network names: what a fresh machine has.
  const call = (...words: readonly string[]) =>
    spawnSync(process.execPath, [cli, ...words], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, TMPDIR: temporary, HOME: temporary },
    });
  const git = (...words: readonly string[]) =>
    spawnSync('git', ['-C', story.repository, ...words], { encoding: 'utf8' }).stdout;

  beforeAll(() => {
    temporary = mkdtempSync(join(tmpdir(), 'demo-test-'));
    const demo = call('demo', '--keep', '-o', 'json');
    stderr = demo.stderr;
    story = JSON.parse(demo.stdout) as Story;
  });
  afterAll(() => rmSync(temporary, { recursive: true, force: true }));

  test('tells its progress on stderr and its result on stdout', () => {
    expect(stderr.split('\n').filter(Boolean)).toEqual(
      ['synth', 'plan', 'propose', 'merge', 'synth --check', 'plan again'].map((step) => `${step} …`),
    );
    expect(story.steps).toHaveLength(7);
  });

  test('proposes two numbers of one graph, each in its pin and in the rendered file', () => {
    const proposals = story.steps[3]?.result as {
      proposals: { title: string; changes: { file: string; service: string }[] }[];
    };
    expect(proposals.proposals).toHaveLength(1);
    expect(proposals.proposals[0]?.title).toBe('scale(prod/chat): prefill 2→3, decode 3→5 (+3 GPU)');
    expect(proposals.proposals[0]?.changes.map(({ file, service }) => `${file} ${service}`).sort()).toEqual([
      'apps/chat/pins/prod/chat.yaml decode',
      'apps/chat/pins/prod/chat.yaml prefill',
      'dist/prod/chat/dynamographdeployment-chat.yaml decode',
      'dist/prod/chat/dynamographdeployment-chat.yaml prefill',
    ]);
  });

  test('merges one line for each number, and leaves the work tree clean and up to date', () => {
    expect(git('log', '-1', '--format=%s', 'main')).toContain('dynamo-gitops/prod/chat');
    expect(git('diff', '--numstat', 'main^1', 'main')).toBe(
      '2\t2\tapps/chat/pins/prod/chat.yaml\n2\t2\tdist/prod/chat/dynamographdeployment-chat.yaml\n',
    );
    expect(git('status', '--porcelain', '--untracked-files=no')).toBe('');
    expect(readFileSync(join(story.repository, 'apps/chat/pins/prod/chat.yaml'), 'utf8')).toContain('replicas: 5');
    expect(git('fsck', '--strict')).toBe('');
  });

  test('ends with nothing to propose', () => {
    const last = story.steps[6]?.result as { proposals: { outcome: string }[] };
    expect(last.proposals.map(({ outcome }) => outcome)).toEqual(['nothing-to-do']);
  });

  test('leaves nothing behind unless asked to', () => {
    const before = readdirSync(temporary);
    const { status, stdout } = call('demo', '--quiet');
    expect(status).toBe(0);
    expect(stdout).toContain('Planned again from the same metrics: nothing to propose');
    expect(readdirSync(temporary)).toEqual(before);
    expect(existsSync(story.repository)).toBe(true);
  });

  test('keeps its commits to itself where the caller’s git variables name another repository', () => {
    const other = join(temporary, 'other');
    spawnSync('git', ['init', '--quiet', other]);
    const hook = join(other, '.git/hooks/pre-commit');
    writeFileSync(hook, '#!/bin/sh\ntouch "$(dirname "$0")/called"\n', { mode: 0o755 });
    const { status } = spawnSync(process.execPath, [cli, 'demo', '--quiet'], {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        TMPDIR: temporary,
        GIT_DIR: join(other, '.git'),
        GIT_WORK_TREE: other,
        GIT_INDEX_FILE: join(other, '.git/index'),
      },
    });
    expect(status).toBe(0);
    expect(existsSync(join(other, '.git/hooks/called'))).toBe(false);
    expect(spawnSync('git', ['-C', other, 'rev-list', '--all', '--count'], { encoding: 'utf8' }).stdout).toBe('0\n');
  });

  test('cleans up when it is interrupted', async () => {
    const before = readdirSync(temporary);
    const demo = spawn(process.execPath, [cli, 'demo'], { env: { PATH: process.env.PATH, TMPDIR: temporary } });
    const ended = once(demo, 'exit');
    await once(demo.stderr, 'data');
    expect(readdirSync(temporary).length).toBe(before.length + 1);
    demo.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(readdirSync(temporary)).toEqual(before);
  });

  test('says in one line that git is missing', () => {
    const {
      status,
      stdout,
      stderr: errors,
    } = spawnSync(process.execPath, [cli, 'demo', '--quiet'], {
      encoding: 'utf8',
      env: { PATH: join(temporary, 'nothing'), TMPDIR: temporary },
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(errors).toMatch(/^error: git is not installed \([^\n]+\)\n$/);
  });
});
