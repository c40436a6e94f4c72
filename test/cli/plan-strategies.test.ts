import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { callCli } from './call.ts';

const AT = '2026-07-06T08:00:00Z';
const GRAPH = 'dist/prod/chat.yaml';
const PINS = 'apps/shop/pins/prod/chat.yaml';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamo-gitops-strategies-'));
  await write('dynamo-gitops.yaml', CONFIG);
  await write(GRAPH, MANIFEST);
  await write(
    PINS,
    'schemaVersion: 1\ndeployment: chat\nenvironment: prod\nservices:\n  Frontend: { replicas: 2 }\n  decode: { replicas: 2 }\n',
  );
  await write('metrics.json', JSON.stringify(METRICS));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(file: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), content);
}

function call(...words: readonly string[]) {
  return callCli(words, { cwd: folder, now: () => new Date(AT) });
}

const CONFIG = `schemaVersion: 1
metrics: { recording: metrics.json }
deployments:
  - name: chat
    strategy:
      kind: schedule
      timeZone: Europe/Berlin
      replicas: { decode: 2 }
      entries:
        - { days: [mon, tue, wed, thu, fri], from: "07:30", to: "19:00", replicas: { decode: 4 } }
    services:
      Frontend:
        strategy:
          kind: target
          metrics: [{ column: concurrency, averageValue: 100 }]
`;

const MANIFEST = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata:
  name: chat
  namespace: llm
  annotations:
    dynamo-gitops/policy: '{"schemaVersion":1,"app":"shop","environment":"prod","services":{}}'
spec:
  services:
    Frontend:
      componentType: frontend
      replicas: 2
    decode:
      componentType: worker
      subComponentType: decode
      replicas: 2
      resources: { limits: { gpu: "1" } }
      extraPodSpec: { mainContainer: { args: ["--model acme/model"] } }
    prefill:
      componentType: worker
      subComponentType: prefill
      replicas: 1
      resources: { limits: { gpu: "1" } }
`;

const METRICS = {
  ...{
    schemaVersion: 1,
    kind: 'recording',
    source: 'made up for a test',
    start: '2026-07-06T07:50:00Z',
    bucketSeconds: 60,
  },
  graphs: [
    {
      ...{ deployment: 'chat', namespace: 'llm', model: 'acme/model', columns: ['requestCount', 'concurrency'] },
      buckets: Array.from({ length: 10 }, () => [600, 330]),
    },
  ],
};

describe('plan', () => {
  test('shows a schedule of workers beside a target of the frontend, and explains both', async () => {
    const { exitCode, stdout } = await call('plan', '--at', AT, '--out', 'plan.json');
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: `\
Plan for 2026-07-06T08:00:00Z: 2 changes in 1 graph, +2 GPUs
metrics metrics.json · valid until 2026-07-07T08:00:00Z

prod/chat (namespace llm)
  SERVICE   REPLICAS  GPUS   OWNER  WHY
  decode    2 → 4     2 → 4  graph  4: mon–fri 07:30 to 19:00 in Europe/Berlin
  Frontend  2 → 4     0      graph  concurrency 330 ÷ 100 per replica = 3.3 → 4

Next: dynamo-gitops propose plan.json
Every step behind a number: dynamo-gitops explain plan.json
`,
    });
    const { stdout: explained } = await call('explain', 'plan.json', '--service', 'chat/Frontend');
    expect(explained).toContain('concurrency in the 60 s to 2026-07-06T08:00:00Z');
    expect(explained).toContain('concurrency 330 ÷ 100 per replica = 3.3 → 4');
    expect(explained).toContain(`${PINS}:5 services.Frontend.replicas`);
    const { stdout: markdown } = await call('explain', 'plan.json', '-o', 'markdown');
    expect(markdown).toContain('mon–fri 07:30 to 19:00 in Europe/Berlin');
  });

  test('is applied to the number and the pin of a frontend too', async () => {
    await call('plan', '--at', AT, '--out', 'plan.json');
    const { exitCode, stderr } = await call('apply', 'plan.json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(await readFile(join(folder, GRAPH), 'utf8')).toBe(
      MANIFEST.replace('frontend\n      replicas: 2', 'frontend\n      replicas: 4').replace(
        'decode\n      replicas: 2',
        'decode\n      replicas: 4',
      ),
    );
    expect(await readFile(join(folder, PINS), 'utf8')).toContain('Frontend: { replicas: 4 }');
  });

  test('holds a frontend whose number is in code, and plans the workers', async () => {
    await write(PINS, 'schemaVersion: 1\ndeployment: chat\nenvironment: prod\nservices:\n  decode: { replicas: 2 }\n');
    const { stdout } = await call('plan', '--at', AT);
    expect(stdout).toContain('decode   2 → 4');
    expect(stdout).toMatch(/Held\n +prod\/chat\/Frontend +unreadable-number/);
  });

  test('names the field of a strategy that is wrong', async () => {
    await write(
      'dynamo-gitops.yaml',
      CONFIG.replace('"07:30"', '"7:30"').replace('averageValue: 100', 'averageValue: 0'),
    );
    const { exitCode, stderr } = await call('plan', '--at', AT);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'deployments[0].strategy.entries[0].from: must be a time of day with two digits each, such as "07:30"',
    );
    expect(stderr).toContain(
      'deployments[0].services.Frontend.strategy.metrics[0].averageValue: must be above 0, not 0',
    );
  });
});
