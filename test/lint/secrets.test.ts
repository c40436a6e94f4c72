import { describe, expect, test } from '@jest/globals';
import { lintFiles } from '../../lint/index.ts';
import { readManifest } from '../../manifests/index.ts';

/** Made up, and only of the length and the beginning that such a token has. */
const TOKEN = `hf_${'a1B2'.repeat(8)}`;
const PASSWORD = 'correct-horse-battery';

function graph(container: string): string {
  return `apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: { name: chat }
spec:
  components:
    - name: decode
      type: worker
      podTemplate:
        spec:
          containers:
            - ${container}
`;
}

describe('a secret that lint finds', () => {
  test.each([
    [
      'in a block',
      graph(`name: main\n              env:\n                - name: HF_TOKEN\n                  value: ${TOKEN}`),
    ],
    [
      'in a line with others',
      graph(`{ name: main, image: a:latest, env: [{ name: DB_PASSWORD, value: ${PASSWORD} }] }`),
    ],
    ['beside what another rule points at', graph(`{ name: main, args: ["--token", "${TOKEN}"], image: "a:latest" }`)],
    ['in a Secret', `apiVersion: v1\nkind: Secret\nmetadata: { name: hf }\nstringData:\n  token: ${PASSWORD}\n`],
    [
      'in a Secret of one line',
      `{ apiVersion: v1, kind: Secret, metadata: { name: hf }, data: { token: ${PASSWORD} } }\n`,
    ],
  ])('is not shown: %s', (_, text) => {
    const { manifest } = readManifest('a.yaml', Buffer.from(text));
    const findings = manifest === undefined ? [] : lintFiles([manifest], [], { operator: '1.4.0' });
    const secret = findings.filter(({ rule }) => rule.includes('secret'));
    expect(secret).toHaveLength(1);
    expect(secret[0]?.excerpt).toContain('****');
    expect(JSON.stringify(secret)).not.toContain(PASSWORD);
    expect(JSON.stringify(findings)).not.toContain(TOKEN);
  });

  test.each([
    [
      'a value of another type',
      graph('name: main\n              env:\n                - name: DB_PASSWORD\n                  value: 90210777'),
    ],
    [
      'beside another finding',
      graph('{ name: main, image: a:latest, env: [{ name: DB_PASSWORD, value: "90210777" }] }'),
    ],
    ['after a flag', graph('{ name: main, image: a:latest, args: [--api-key, "90210777"] }')],
    [
      'in a document that is no YAML',
      graph('name: main\n              env:\n                - name: DB_PASSWORD\n                  value: "90210777'),
    ],
    ['in a line that is no YAML', 'a: 1\nDB_PASSWORD: 90210777: x\n'],
    [
      'in a list of objects',
      '{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Secret, stringData: {a: "90210777"}}, {apiVersion: nvidia.com/v1beta1, kind: DynamoGraphDeployment}]}',
    ],
  ])('is not shown by findings about something else: %s', (_, text) => {
    const { manifest, problems } = readManifest('a.yaml', Buffer.from(text));
    const findings = manifest === undefined ? [] : lintFiles([manifest], problems, { operator: '1.4.0' });
    expect(findings.filter(({ excerpt }) => excerpt !== undefined)).not.toEqual([]);
    expect(JSON.stringify(findings.map(({ fix: _fix, ...shown }) => shown))).not.toContain('90210777');
  });

  test('is not shown by a finding about another one on its line', () => {
    const text = 'secretGenerator: [{ name: s, literals: [a=correct-horse, password=battery-staple] }]\n';
    const { manifest } = readManifest('kustomization.yaml', Buffer.from(text));
    const findings = manifest === undefined ? [] : lintFiles([manifest], [], { operator: '1.4.0' });
    expect(findings.map(({ rule }) => rule)).toEqual(['kustomize-plain-secret', 'kustomize-plain-secret']);
    expect(JSON.stringify(findings)).not.toMatch(/horse|staple/);
  });

  test('is no name of one, nor what is said about one', () => {
    const variables = 'AWS_ACCESS_KEY_ID,TOKEN_FILE,SECRET_NAME,MAX_TOKENS,TOKENIZER'
      .split(',')
      .map((name) => `{ name: ${name}, value: something-or-other }`);
    const { manifest } = readManifest(
      'a.yaml',
      Buffer.from(graph(`{ name: main, image: "a:1.4.0", env: [${variables}] }`)),
    );
    const findings = manifest === undefined ? [] : lintFiles([manifest], [], { operator: '1.4.0' });
    expect(findings.filter(({ rule }) => rule === 'gitops-plain-secret')).toEqual([]);
  });
});
