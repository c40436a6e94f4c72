import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from '@jest/globals';
import { commitAll, ENVIRONMENT, git, removeTemporaryFolders, temporaryFolder, writeFiles } from '../gitops/sandbox.ts';
import { callCli } from './call.ts';

afterAll(removeTemporaryFolders);

const page = readFileSync(new URL('../../docs/lint.md', import.meta.url), 'utf8');

function blocks(language: string): readonly string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    (match) => match[1] ?? '',
  );
}

/** Commits have other names each time. */
function masked(text: string): string {
  return text.replace(/\(([0-9a-f]{7})\)/g, '(commit)').trimEnd();
}

test('docs/lint.md shows what lint prints', async () => {
  const [before = '', scale = '', sandbox = ''] = blocks('yaml');
  const folder = temporaryFolder();
  git(folder, 'init', '--quiet', '--initial-branch', 'main');
  writeFiles(folder, { 'clusters/prod/chat.yaml': before });
  commitAll(folder, 'first');
  writeFiles(folder, {
    'clusters/prod/chat.yaml': before
      .replace('      replicas: 4\n', '      replicas: 6\n      scalingAdapter:\n        enabled: true\n')
      .replace('gpu: "1"', 'gpu: 1'),
    'clusters/prod/scale.yaml': scale,
    'sandbox.yaml': sandbox,
  });
  const sessions = blocks('console');
  expect(sessions).toHaveLength(3);
  for (const session of sessions) {
    const [call = '', ...output] = session.split('\n');
    const words = call.replace('$ dynamo-gitops ', '').split(' ');
    const { stdout } = await callCli(words, { cwd: folder, env: ENVIRONMENT });
    expect(masked(output.join('\n'))).toBe(masked(stdout));
  }
});
