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
});
