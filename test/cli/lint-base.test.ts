import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { commitAll, ENVIRONMENT, git, removeTemporaryFolders, temporaryFolder, writeFiles } from '../gitops/sandbox.ts';
import { callCli } from './call.ts';

afterAll(removeTemporaryFolders);

const SOUND = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat, namespace: inference}
spec:
  services:
    decode:
      componentType: worker
      replicas: 2
      extraPodSpec: {mainContainer: {image: "registry.example/vllm:1.4.0"}}
`;
const RENAMED = SOUND.replace('decode:', 'encode:');

function repository(files: { readonly [file: string]: string }): string {
  const folder = temporaryFolder();
  git(folder, 'init', '--quiet', '--initial-branch', 'main');
  writeFiles(folder, files);
  commitAll(folder, 'first');
  return folder;
}

async function lint(cwd: string, ...words: readonly string[]) {
  const { exitCode, stdout, stderr } = await callCli(['lint', '.', ...words, '-o', 'json'], { cwd, env: ENVIRONMENT });
  const { findings, base } = JSON.parse(stdout) as {
    readonly findings?: readonly { [field: string]: unknown }[];
    readonly base?: { readonly ref: string; readonly commit: string };
  };
  const shown = (findings ?? []).map(({ rule, file, line }) => `${String(rule)} ${String(file)}:${String(line)}`);
  return { exitCode, stderr, base, findings: shown };
}

describe('lint --base', () => {
  test('finds what an update is refused for, and says what it compared with', async () => {
    const folder = repository({ 'a.yaml': SOUND });
    writeFiles(folder, { 'a.yaml': RENAMED });
    expect(await lint(folder)).toMatchObject({ exitCode: 0, findings: [] });
    expect(await lint(folder, '--base', 'main')).toEqual({
      exitCode: 2,
      stderr: '',
      base: { ref: 'main', commit: git(folder, 'rev-parse', 'main').trim() },
      findings: ['services-immutable a.yaml:5'],
    });
  });

  test('knows an object again in another file, and in another version', async () => {
    const folder = repository({ 'prod/chat.yaml': SOUND, 'staging/chat.yaml': SOUND });
    rmSync(join(folder, 'prod/chat.yaml'));
    writeFiles(folder, {
      'clusters/prod/chat.yaml': `apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: {name: chat, namespace: inference}
spec:
  components:
  - name: encode
    type: worker
    replicas: 2
    podTemplate: {spec: {containers: [{name: main, image: "registry.example/vllm:1.4.0"}]}}
`,
    });
    expect((await lint(folder, '--base', 'main')).findings).toEqual(['services-immutable clusters/prod/chat.yaml:5']);
  });

  test('takes a copy for another cluster as new', async () => {
    const folder = repository({ 'prod/chat.yaml': SOUND });
    writeFiles(folder, { 'staging/chat.yaml': RENAMED });
    expect(await lint(folder, '--base', 'main')).toMatchObject({ exitCode: 0, findings: [] });
  });

  test('accepts a count beside an adapter in the commit that turns it on, and only with the same count', async () => {
    const folder = repository({ 'a.yaml': SOUND });
    const on = SOUND.replace('replicas: 2', 'replicas: 2\n      scalingAdapter: {enabled: true}');
    writeFiles(folder, { 'a.yaml': on });
    expect((await lint(folder)).findings).toEqual(['gitops-replicas-beside-adapter a.yaml:8']);
    expect((await lint(folder, '--base', 'main')).findings).toEqual([]);
    writeFiles(folder, { 'a.yaml': on.replace('replicas: 2', 'replicas: 3') });
    expect((await lint(folder, '--base', 'main')).findings).toEqual(['replicas-under-adapter a.yaml:8']);
    writeFiles(folder, { 'a.yaml': on });
    commitAll(folder, 'the adapter is on');
    expect((await lint(folder, '--base', 'main')).findings).toEqual(['gitops-replicas-beside-adapter a.yaml:8']);
    expect((await lint(folder, '--base', 'HEAD~1')).findings).toEqual([]);
  });

  test('notes what is gone, and what cannot be told', async () => {
    const other = SOUND.replace('chat', 'search');
    const folder = repository({
      'a.yaml': `${SOUND}---\n${other}`,
      'broken.yaml': `a: [\n---\n${SOUND.replace('chat', 'third')}`,
      'subst.yaml': SOUND.replace('chat', 'fourth').replace('replicas: 2', `replicas: \${COUNT}`),
    });
    writeFiles(folder, {
      'a.yaml': `${SOUND}`,
      'broken.yaml': SOUND.replace('chat', 'third'),
      'subst.yaml': RENAMED.replace('chat', 'fourth'),
    });
    expect(await lint(folder, '--base', 'main', '--fail-on', 'warning')).toMatchObject({
      exitCode: 0,
      findings: ['object-removed a.yaml:null', 'base-unreadable broken.yaml:null'],
    });
    writeFiles(folder, { 'a.yaml': `${SOUND}---\nkind: [\n` });
    expect((await lint(folder, '--base', 'main')).findings).toEqual([
      'yaml-syntax a.yaml:11',
      'base-unreadable broken.yaml:null',
    ]);
  });

  test('takes a path that is gone for what it is', async () => {
    const folder = repository({ 'a.yaml': SOUND, 'dist/b.yaml': SOUND.replace('chat', 'search') });
    rmSync(join(folder, 'dist'), { recursive: true });
    const call = (...words: readonly string[]) => callCli(['lint', ...words], { cwd: folder, env: ENVIRONMENT });
    const { exitCode, stdout } = await call('a.yaml', 'dist', '--base', 'main');
    expect(stdout).toMatch(
      /^dist\/b\.yaml: info: DynamoGraphDeployment inference\/search, line 1 at main, is in no file/,
    );
    expect(exitCode).toBe(0);
    expect(await call('a.yaml', 'dist')).toMatchObject({ exitCode: 1, stderr: 'error: dist: does not exist\n' });
  });

  test('ends in one line where there is no such commit', async () => {
    const folder = repository({ 'a.yaml': SOUND });
    expect(await lint(folder, '--base', 'gone')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^error: the repository has no commit "gone" \(.*\)\n$/),
    });
    expect(await lint(folder, '--base=-x')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^error: "-x" cannot be the name of a branch, a tag or a commit/),
    });
  });
});

describe('a comment with a reason', () => {
  const TAGGED = SOUND.replace(':1.4.0', ':latest');

  async function lintText(text: string, ...words: readonly string[]) {
    const folder = temporaryFolder();
    writeFiles(folder, { 'a.yaml': text });
    const { stdout } = await callCli(['lint', '.', '--operator', '1.3', ...words, '-o', 'json'], { cwd: folder });
    const { findings, suppressed = [] } = JSON.parse(stdout) as {
      readonly findings: readonly { rule: string; line: number; message: string }[];
      readonly suppressed?: readonly { rule: string; line: number; reason: string }[];
    };
    return {
      findings: findings.map(({ rule, line }) => `${rule} ${line}`),
      suppressed: suppressed.map(({ rule, line, reason }) => `${rule} ${line}: ${reason}`),
    };
  }

  const above = (comment: string) => TAGGED.replace('      extraPodSpec', `      ${comment}\n      extraPodSpec`);

  test('takes the findings of its own line, of the next one, or of the file', async () => {
    expect(await lintText(TAGGED)).toEqual({ findings: ['gitops-unpinned-image 9'], suppressed: [] });
    const own = TAGGED.replace(/latest"\}\}/, '$& # dynamo-gitops-ignore gitops-unpinned-image: a mirror pins it');
    expect(await lintText(own)).toEqual({ findings: [], suppressed: ['gitops-unpinned-image 9: a mirror pins it'] });
    expect(await lintText(above('# dynamo-gitops-ignore gitops-unpinned-image: a: b\n\n  # and more'))).toEqual({
      findings: [],
      suppressed: ['gitops-unpinned-image 12: a: b'],
    });
    const file = `# dynamo-gitops-ignore-file gitops-unpinned-image, gitops-scale-to-zero: a sandbox\n${TAGGED}`;
    expect(await lintText(file.replace('replicas: 2', 'replicas: 0'))).toEqual({
      findings: [],
      suppressed: ['gitops-scale-to-zero 9: a sandbox', 'gitops-unpinned-image 10: a sandbox'],
    });
  });

  test('takes nothing without a rule, a known one, and a reason', async () => {
    for (const [comment, rule] of [
      ['# dynamo-gitops-ignore', 'ignore-without-reason'],
      ['# dynamo-gitops-ignore gitops-unpinned-image', 'ignore-without-reason'],
      ['# dynamo-gitops-ignore gitops-unpinned-image:  ', 'ignore-without-reason'],
      ['# dynamo-gitops-ignore : because', 'ignore-without-reason'],
      ['# dynamo-gitops-ignore gitops-unpinned-images: because', 'ignore-unknown-rule'],
      ['# dynamo-gitops-ignore constructor: because', 'ignore-unknown-rule'],
    ] as const) {
      expect(await lintText(above(comment))).toEqual({
        findings: [`${rule} 9`, 'gitops-unpinned-image 10'],
        suppressed: [],
      });
    }
  });

  test('is found where it takes nothing, unless its rule was not asked', async () => {
    expect((await lintText(`${SOUND}# dynamo-gitops-ignore gitops-unpinned-image: because\n`)).findings).toEqual([
      'ignore-unused 10',
    ]);
    expect((await lintText(`# dynamo-gitops-ignore-file services-immutable: because\n${SOUND}`)).findings).toEqual([]);
    // image-required holds from 1.4 on.
    expect((await lintText(`# dynamo-gitops-ignore-file image-required: because\n${SOUND}`)).findings).toEqual([]);
  });

  test('is found in whatever document it stands in, and between them', async () => {
    const ignore = '# dynamo-gitops-ignore gitops-unpinned-image: because';
    const text = `# head\n---\n${TAGGED}${ignore}\n---\n${TAGGED.replace('      extra', `      ${ignore}\n      extra`)}...\n# end\n# dynamo-gitops-ignore x\n`;
    expect(await lintText(text)).toEqual({
      findings: ['gitops-unpinned-image 11', 'ignore-unused 12', 'ignore-without-reason 26'],
      suppressed: ['gitops-unpinned-image 23: because'],
    });
    expect(await lintText(`${ignore}\n`)).toEqual({ findings: ['ignore-unused 1'], suppressed: [] });
  });

  test('is none inside of a text', async () => {
    const text = TAGGED.replace('spec:', 'spec:\n  envs: [{name: A, value: "# dynamo-gitops-ignore x: y"}]');
    const block = text.replace('  services', '  x: |\n    # dynamo-gitops-ignore x: y\n  services');
    expect((await lintText(block)).findings).toEqual(['schema-unknown-field 6', 'gitops-unpinned-image 12']);
  });

  test('is counted in the text', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { 'a.yaml': `# dynamo-gitops-ignore-file gitops-unpinned-image: a sandbox\n${TAGGED}` });
    const { stdout } = await callCli(['lint', '.', '--operator', '1.3'], { cwd: folder });
    expect(stdout).toBe('Nothing found: 1 file checked for operator 1.3; 1 suppressed by comments.\n');
  });
});
