import { describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { fixFiles, lintManifests } from '../../lint/index.ts';
import { type ManifestFile, readManifest } from '../../manifests/index.ts';
import { RULE_CASES } from './cases/index.ts';

function manifest(text: string | Uint8Array): ManifestFile {
  const { manifest: read } = readManifest('a.yaml', typeof text === 'string' ? new TextEncoder().encode(text) : text);
  if (read === undefined) throw new Error('the manifest does not read');
  return read;
}

describe.each([
  ['in blocks', stringify],
  ['on one line', JSON.stringify],
])('what a rule offers as a fix, %s', (_, print) => {
  const cases = RULE_CASES.map((one) => ({ one, file: manifest(print(one.object)) }))
    .map((entry) => ({ ...entry, found: lintManifests([entry.file], [], { operator: entry.one.operator }) }))
    .filter(({ one, found }) => found.findings.some(({ rule, fix }) => rule === one.rule && fix !== undefined))
    .map((entry, index) => [`${entry.one.rule} (${index + 1})`, entry] as const);

  test('is offered by several rules', () => {
    expect([...new Set(cases.map(([, { one }]) => one.rule))].sort()).toEqual(
      expect.arrayContaining(['gitops-operator-annotation', 'keda-latency-average', 'keda-no-data', 'schema-type']),
    );
  });

  test.each(cases)('mends it, or says why it cannot: %s', (_name, { one, file, found }) => {
    const { files, fixed, refused } = fixFiles([file], found.findings);
    const after = files[0] === undefined ? file : manifest(files[0].after);
    const left = lintManifests([after], [], { operator: one.operator }).findings;
    for (const finding of fixed) {
      expect(left).not.toContainEqual(expect.objectContaining({ rule: finding.rule, path: finding.path }));
    }
    expect(refused.map(({ reason }) => reason)).toEqual([]);
    expect(fixed.map(({ rule }) => rule)).toContain(one.rule);
  });
});
