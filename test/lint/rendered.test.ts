import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { lintFiles } from '../../lint/index.ts';
import { readManifestTree } from '../../manifests/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the constructs render, in the demo fleet and in their own golden files. */
describe.each(['dist', 'test/constructs/golden'])('the manifests in %s', (folder) => {
  test('are found fault with by no rule of the operator or of GitOps', async () => {
    const { files, problems } = await readManifestTree(root, [folder]);
    expect(files.length).toBeGreaterThan(5);
    const findings = lintFiles(files, problems, { operator: '1.4.0' });
    const faults = findings.filter(({ severity, rule, file }) => severity !== 'info' && !isMeant(rule, file));
    expect(faults.map(({ rule, file, path }) => `${rule} ${file} ${path}`)).toEqual([]);
  });
});

/** A planner that acts, and whose services have no scaling adapter, is what these show. */
function isMeant(rule: string, file: string): boolean {
  return rule === 'gitops-planner-writes-graph' && file.includes('/rich-planner-');
}
