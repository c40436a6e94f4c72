import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { commitAll, ENVIRONMENT, git, removeTemporaryFolders, repositoryWith } from '../gitops/sandbox.ts';
import { callCli } from './call.ts';

afterAll(removeTemporaryFolders);

const SCALER = 'clusters/prod/decode-keda.yaml';
/** A Monday: the schedule's hours are from 07:30 to 19:00 in Berlin, which is two hours ahead. */
const MORNING = '2026-07-06T08:00:00Z';
const EVENING = '2026-07-06T20:00:00Z';

function config(entry = 'days: [mon, tue, wed, thu, fri], from: "07:30", to: "19:00"'): string {
  return `schemaVersion: 1
manifests: [clusters]
metrics: { recording: metrics.json }
deployments:
  - name: chat
    environment: prod
    strategy:
      kind: schedule
      timeZone: Europe/Berlin
      replicas: { decode: 2 }
      entries:
        - { ${entry}, replicas: { decode: 8 } }
`;
}

const MANIFEST = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: { name: chat, namespace: llm }
spec:
  services:
    decode:
      componentType: worker
      subComponentType: decode
      scalingAdapter: { enabled: true }
      resources: { limits: { gpu: "1" } }
      extraPodSpec: { mainContainer: { args: ["--model acme/model"] } }
`;

function scaler(cron: string, floor = 2): string {
  return `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: chat-decode, namespace: llm }
spec:
  scaleTargetRef: { apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeploymentScalingAdapter, name: chat-decode }
  minReplicaCount: ${floor}
  maxReplicaCount: 12
  triggers:
    - type: prometheus
      metadata: { serverAddress: http://p:9090, query: up, threshold: "5" }
${cron}`;
}

/** A trigger whose days and hours are written in another way than ours would be. */
const CRON = `    - type: cron
      metadata:
        timezone: Europe/Berlin
        start: 30 7 * * MON-FRI
        end: 0 19 * * mon,tue,wed,thu,fri
        desiredReplicas: "6"   # working hours
`;

const METRICS = {
  ...{ schemaVersion: 1, kind: 'recording', source: 'made up for a test' },
  ...{ start: '2026-07-06T07:50:00Z', bucketSeconds: 60 },
  graphs: [
    {
      ...{ deployment: 'chat', namespace: 'llm', model: 'acme/model', columns: ['requestCount', 'concurrency'] },
      buckets: Array.from({ length: 10 }, () => [600, 330]),
    },
  ],
};

function repository(files: { readonly [file: string]: string }, text = config()): string {
  return repositoryWith({
    'clusters/prod/chat.yaml': MANIFEST,
    'dynamo-gitops.yaml': text,
    'metrics.json': JSON.stringify(METRICS),
    '.gitignore': '/plan.json\n',
    ...files,
  });
}

async function planned(folder: string, at: string, ...words: readonly string[]) {
  const call = (...call: readonly string[]) =>
    callCli(call, { cwd: folder, env: ENVIRONMENT, now: () => new Date(at) });
  const { exitCode, stderr } = await call('plan', '--at', at, '--out', 'plan.json', ...words);
  expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
  const plan = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8'));
  return { plan, stderr, propose: () => call('propose'), verify: () => call('verify', 'dynamo-gitops/prod/chat') };
}

describe('a schedule', () => {
  test('is proposed once, as the count of the cron trigger that is there for its hours', async () => {
    const folder = repository({ [SCALER]: scaler(CRON) });
    const morning = await planned(folder, MORNING);
    expect(morning.stderr).not.toContain('advice');
    expect(morning.plan.targets).toMatchObject([
      {
        ...{ service: 'decode', owner: 'autoscaler', current: 6, target: 8 },
        locations: [{ file: SCALER, line: 16, path: ['spec', 'triggers', '1', 'metadata', 'desiredReplicas'] }],
      },
    ]);
    const { exitCode, stdout } = await morning.propose();
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      '-        desiredReplicas: "6"   # working hours\n+        desiredReplicas: "8"   # working hours\n',
    );
    expect(stdout).toContain('cron floor of KEDA ScaledObject chat-decode');
    expect(git(folder, 'diff', '--numstat', 'main', 'dynamo-gitops/prod/chat')).toBe(`1\t1\t${SCALER}\n`);

    expect((await morning.verify()).exitCode).toBe(0);
    git(folder, 'merge', '--quiet', '--no-edit', 'dynamo-gitops/prod/chat');
    for (const at of [EVENING, '2026-07-07T08:00:00Z', '2026-07-11T08:00:00Z']) {
      const later = await planned(folder, at);
      expect(later.plan.targets.map(({ current, target }: Record<string, number>) => [current, target])).toEqual([
        at === '2026-07-07T08:00:00Z' ? [8, 8] : [2, 2],
      ]);
      expect((await later.propose()).exitCode).toBe(0);
    }
    expect(git(folder, 'for-each-ref', '--format=%(refname)', 'refs/dynamo-gitops/mr')).toBe(
      'refs/dynamo-gitops/mr/1\n',
    );
  });

  test('gives the floor of all hours outside of its entries', async () => {
    const folder = repository({ [SCALER]: scaler(CRON, 1) });
    const { plan } = await planned(folder, EVENING);
    expect(plan.targets).toMatchObject([
      { current: 1, target: 2, locations: [{ file: SCALER, path: ['spec', 'minReplicaCount'] }] },
    ]);
  });

  test('without a trigger for its very hours moves the floor, and advises what would spare that', async () => {
    const wrong = CRON.replace('30 7', '0 8');
    for (const cron of ['', wrong, CRON.replace('Europe/Berlin', 'UTC')]) {
      const folder = repository({ [SCALER]: scaler(cron) });
      const { plan, stderr } = await planned(folder, MORNING);
      expect(plan.targets).toMatchObject([
        { current: 2, target: 8, locations: [{ path: ['spec', 'minReplicaCount'] }] },
      ]);
      expect(stderr).toContain(
        'advice: prod/chat/decode: the floor of keda "chat-decode" changes whenever mon–fri 07:30 to 19:00 in Europe/Berlin begins or ends; with this trigger it would not have to: ' +
          '{"type":"cron","metadata":{"timezone":"Europe/Berlin","start":"30 7 * * 1,2,3,4,5","end":"0 19 * * 1,2,3,4,5","desiredReplicas":"8"}}\n',
      );
    }
  });

  test('that lasts past midnight has a trigger that ends on the next day', async () => {
    const night = 'days: [sat, sun], from: "22:00", to: "24:00"';
    const cron = CRON.replace('30 7 * * MON-FRI', '0 22 * * 6,0').replace(
      '0 19 * * mon,tue,wed,thu,fri',
      '0 0 * * 0,1',
    );
    const folder = repository({ [SCALER]: scaler(cron) }, config(night));
    const { plan } = await planned(folder, '2026-07-11T21:00:00Z');
    expect(plan.targets).toMatchObject([{ current: 6, target: 8 }]);
  });

  test('is not written to a number that is not the one of a cron trigger', async () => {
    const folder = repository({ [SCALER]: scaler(CRON) });
    const { plan, propose } = await planned(folder, MORNING);
    const moved = scaler(CRON).replace('type: cron', 'type: cpu');
    writeFileSync(join(folder, SCALER), moved);
    commitAll(folder, 'no cron any more');
    expect(plan.targets).toHaveLength(1);
    const { exitCode, stderr } = await propose();
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${SCALER}: is another file on branch "main" than the plan was made from`);
  });

  test('lowers the count of a trigger on the same evidence as any number: live as in Git, and a history', async () => {
    const git8 = scaler(CRON.replace('"6"', '"10"'));
    const folder = repository({ [SCALER]: git8 });
    const { plan: blind } = await planned(folder, MORNING);
    expect(blind.targets).toMatchObject([{ current: 10, target: 10 }]);

    const liveScaler = (replicas: string) => ({
      ...{ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject' },
      metadata: { name: 'chat-decode', namespace: 'llm' },
      spec: {
        scaleTargetRef: {
          ...{ apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoGraphDeploymentScalingAdapter', name: 'chat-decode' },
        },
        ...{ minReplicaCount: 2, maxReplicaCount: 12 },
        triggers: [
          {
            type: 'cron',
            metadata: {
              ...{ timezone: 'Europe/Berlin', start: '30 7 * * MON-FRI', end: '0 19 * * mon,tue,wed,thu,fri' },
              desiredReplicas: replicas,
            },
          },
        ],
      },
    });
    const live = {
      ...{ apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoGraphDeployment' },
      metadata: { name: 'chat', namespace: 'llm', generation: 3 },
      spec: { services: { decode: { replicas: 10, scalingAdapter: { enabled: true } } } },
      status: {
        ...{ state: 'successful', observedGeneration: 3 },
        services: { decode: { replicas: 10, updatedReplicas: 10, readyReplicas: 10 } },
      },
    };
    const change = {
      ...{ at: '2026-07-01T08:00:00Z', deployment: 'chat', namespace: 'llm', environment: 'prod', service: 'decode' },
      ...{ from: 3, to: 2, commit: 'a'.repeat(40), author: 'human' },
    };
    const history = {
      ...{ schemaVersion: 1, kind: 'history', head: 'b'.repeat(40), since: '2026-06-01T00:00:00Z' },
      changes: [change],
    };
    writeFileSync(join(folder, 'history.json'), JSON.stringify(history));
    const targetWith = async (replicas: string) => {
      writeFileSync(join(folder, 'status.json'), JSON.stringify({ kind: 'List', items: [live, liveScaler(replicas)] }));
      const { plan } = await planned(folder, MORNING, '--status', 'status.json', '--history', 'history.json');
      return plan.targets[0];
    };
    expect(await targetWith('9')).toMatchObject({
      target: 10,
      guardrails: [
        { explanation: 'scale-down waits, since the minimum of keda "chat-decode" is 9 live and 10 in Git' },
      ],
    });
    expect(await targetWith('10')).toMatchObject({ current: 10, target: 8 });
  });
});
