import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { lintFiles } from '../../lint/index.ts';
import { readManifestTree } from '../../manifests/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the constructs render, in the demo fleet and in their own golden files. */
describe.each(['dist', 'test/constructs/golden'])('the manifests in %s', (folder) => {
  test('are refused by no rule of the operator or of GitOps', async () => {
    const { files, problems } = await readManifestTree(root, [folder]);
    expect(files.length).toBeGreaterThan(5);
    const findings = lintFiles(files, problems, { operator: '1.4.0' });
    const errors = findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ rule, file, path }) => `${rule} ${file} ${path}`)).toEqual([]);
  });
});
