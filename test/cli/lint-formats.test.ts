import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { removeTemporaryFolders, temporaryFolder, writeFiles } from '../gitops/sandbox.ts';
import { callCli } from './call.ts';

afterAll(removeTemporaryFolders);

const GRAPH = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat, namespace: inference}
spec:
  services:
    decode:
      componentType: worker
      replicas: -2
      extraPodSpec: {mainContainer: {image: "registry.example/vllm:1.4.0"}}
`;
const ZERO = GRAPH.replace('-2', '0');

const text = z.strictObject({ text: z.string().min(1), markdown: z.string().min(1).optional() });
const positive = z.int().min(1);

/** What SARIF 2.1.0 (OASIS, 2020) asks of the parts that we write; nothing else may be there. */
const sarifLog = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.tuple([
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string().min(1),
          version: z.string(),
          semanticVersion: z.string().regex(/^\d+\.\d+\.\d+/),
          rules: z.array(
            z.strictObject({
              id: z.string().min(1),
              shortDescription: text,
              help: text,
              properties: z.strictObject({ tags: z.array(z.string()) }),
            }),
          ),
        }),
      }),
      columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
      results: z.array(
        z.strictObject({
          ruleId: z.string(),
          ruleIndex: z.int().min(0),
          level: z.enum(['none', 'note', 'warning', 'error']),
          message: text,
          locations: z.tuple([
            z.strictObject({
              physicalLocation: z.strictObject({
                artifactLocation: z.strictObject({
                  // Relative, and a URI reference.
                  uri: z.string().regex(/^(?!\/)(?![a-zA-Z][a-zA-Z0-9+.-]*:)[A-Za-z0-9._~!$&'()*+,;=@%/-]+$/),
                  uriBaseId: z.literal('%SRCROOT%'),
                }),
                region: z.strictObject({
                  startLine: positive,
                  startColumn: positive.optional(),
                  endColumn: positive.optional(),
                  snippet: text.optional(),
                }),
              }),
              logicalLocations: z.array(z.strictObject({ fullyQualifiedName: z.string().min(1) })).optional(),
            }),
          ]),
          partialFingerprints: z.record(z.string().regex(/\/v\d+$/), z.string().min(1)),
          suppressions: z
            .array(z.strictObject({ kind: z.enum(['inSource', 'external']), justification: z.string() }))
            .optional(),
        }),
      ),
    }),
  ]),
});

async function sarif(folder: string, ...words: readonly string[]) {
  const { exitCode, stdout } = await callCli(['lint', '.', ...words, '-o', 'sarif'], { cwd: folder });
  const [run] = sarifLog.parse(JSON.parse(stdout)).runs;
  return { exitCode, run };
}

describe('lint -o sarif', () => {
  test('is a log of SARIF 2.1.0, with rules that its results point at', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, {
      'a.yaml': GRAPH,
      'b ü:,.yaml': ZERO,
      'c.yaml': `# dynamo-gitops-ignore-file gitops-scale-to-zero: a sandbox\n${ZERO}`,
      'd.yaml': 'a\0b',
    });
    const { exitCode, run } = await sarif(folder);
    expect(exitCode).toBe(2);
    const { rules } = run.tool.driver;
    expect(
      run.results.map(({ ruleId, ruleIndex, level, locations: [{ physicalLocation }], suppressions = [] }) => [
        ...[ruleId, rules[ruleIndex]?.id === ruleId, level, physicalLocation.artifactLocation.uri],
        `${physicalLocation.region.startLine}:${physicalLocation.region.startColumn}-${physicalLocation.region.endColumn}`,
        suppressions.map(({ kind, justification }) => `${kind} ${justification}`).join(),
      ]),
    ).toEqual([
      ['schema-value', true, 'error', 'a.yaml', '8:17-19', ''],
      ['gitops-scale-to-zero', true, 'warning', 'b%20%C3%BC%3A%2C.yaml', '8:17-18', ''],
      ['file-unreadable', true, 'error', 'd.yaml', '1:undefined-undefined', ''],
      ['gitops-scale-to-zero', true, 'warning', 'c.yaml', '9:17-18', 'inSource a sandbox'],
    ]);
    expect(run.results[0]?.message.text).toBe(
      'is -2, below the least allowed, 0: the API server refuses the object. Help: write 0 or more.',
    );
  });

  test('gives a finding the same fingerprint when lines are added above, and each its own', async () => {
    const folder = temporaryFolder();
    const twice = `${GRAPH}---\n${GRAPH}`;
    writeFiles(folder, { 'a.yaml': twice });
    const before = (await sarif(folder)).run.results.map(({ partialFingerprints }) => partialFingerprints);
    writeFiles(folder, { 'a.yaml': `# one\n# two\n${twice}` });
    const after = (await sarif(folder)).run.results.map(({ partialFingerprints }) => partialFingerprints);
    expect(after).toEqual(before);
    expect(new Set(before.map((prints) => JSON.stringify(prints))).size).toBe(2);
  });

  test("names files from the repository's root, wherever it runs", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, '.git'));
    writeFiles(folder, { 'clusters/prod/a.yaml': GRAPH });
    const { run } = await sarif(join(folder, 'clusters'));
    expect(run.results[0]?.locations[0].physicalLocation.artifactLocation.uri).toBe('clusters/prod/a.yaml');
    const { stdout } = await callCli(['lint', 'prod', '-o', 'github'], { cwd: join(folder, 'clusters') });
    expect(stdout).toContain('::error file=clusters/prod/a.yaml,');
  });

  test('makes no link of what a manifest says', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { 'a.yaml': GRAPH.replace('name: chat', 'name: "[here](https://example.com)"') });
    const { stdout } = await callCli(['lint', 'a.yaml', '-o', 'sarif'], { cwd: folder });
    const messages = sarifLog.parse(JSON.parse(stdout)).runs[0].results.map(({ message }) => message.text);
    expect(messages.filter((message) => message.includes('here'))).toHaveLength(1);
    expect(messages.filter((message) => message.includes(']('))).toEqual([]);
  });

  test('is a log without results where nothing is found', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { 'a.yaml': GRAPH.replace('-2', '2') });
    const { exitCode, run } = await sarif(folder);
    expect([exitCode, run.results, run.tool.driver.rules]).toEqual([0, [], []]);
  });

  test('is for findings only, and an error leaves it empty', async () => {
    const folder = temporaryFolder();
    expect(await callCli(['synth', '-o', 'sarif'], { cwd: folder })).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'error: -o sarif: only lint has it (see dynamo-gitops synth --help)\n',
    });
    expect(await callCli(['lint', 'gone', '-o', 'sarif'], { cwd: folder })).toMatchObject({ exitCode: 1, stdout: '' });
  });
});

describe('lint -o github', () => {
  test('is a workflow command for each finding, the worst first, and nothing that a manifest says becomes one', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, {
      'a,b.yaml': ZERO,
      'c.yaml': GRAPH.replace('componentType: worker', '"x\\n::error::100%": 1'),
    });
    const { exitCode, stdout } = await callCli(['lint', '.', '-o', 'github'], { cwd: folder });
    expect(exitCode).toBe(2);
    expect(stdout.split('\n')).toEqual([
      '::error file=c.yaml,line=8,endLine=8,col=17,endColumn=19,title=dynamo-gitops%3A schema-value::spec.services[decode].replicas: is -2, below the least allowed, 0: the API server refuses the object. Help: write 0 or more',
      expect.stringMatching(/^::warning file=a%2Cb\.yaml,line=8,.*title=dynamo-gitops%3A gitops-scale-to-zero::/),
      expect.stringMatching(/^::warning file=c\.yaml,line=7,.*schema-unknown-field::.*x\\u000a::error::100%25/),
      '1 error, 2 warnings in 2 of 2 files checked for operator 1.4.',
      '',
    ]);
  });
});
