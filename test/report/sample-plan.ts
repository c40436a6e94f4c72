import { digestOf, type Plan, type PlanTarget, sealPlan } from '../../api/index.ts';

const FILE = 'dist/prod/chat/dynamographdeployment-chat.yaml';
const PINS = 'apps/chat/pins/prod/chat.yaml';

/** Replicas that the hours of a day kept busy; for one of them nobody knows. */
const DAY = [
  ...[1.62, 1.71, 1.7, 1.68, 1.75, 1.9, 1.83, 1.52, 1.2, 0.95, 0.71, 0.6, null, 0.41, 0.32, 0.28, 0.3, 0.34, 0.52],
  ...[0.81, 1.13, 1.48, 2.11, 2.64],
];

export function sampleTarget(overrides: Partial<PlanTarget> = {}): PlanTarget {
  const service = overrides.service ?? 'prefill';
  const digest = digestOf('the file');
  return {
    deployment: 'chat',
    namespace: 'serving',
    environment: 'prod',
    service,
    role: 'prefill',
    current: 2,
    target: 3,
    owner: 'graph',
    gpusPerReplica: 1,
    locations: [
      { file: FILE, digest, document: 0, path: ['spec', 'services', service, 'replicas'], line: 12 },
      { file: PINS, digest, document: 0, path: ['services', service, 'replicas'], line: 5 },
    ],
    reasons: [
      {
        stage: 'demand',
        name: 'prefillTokensPerSecond',
        value: 94_550.123456,
        explanation: '31 req/s × 3,050 input tokens',
      },
      { stage: 'raw', name: 'replicas', value: 3, explanation: '94,550 tokens/s at 35,000 per replica needs 2.7' },
    ],
    guardrails: [],
    ...overrides,
  };
}

export function samplePlan(overrides: Partial<Omit<Plan, 'digest'>> = {}): Plan {
  return sealPlan({
    schemaVersion: 1,
    kind: 'plan',
    createdAt: '2026-09-19T09:00:00.000Z',
    expiresAt: '2026-09-20T09:00:00.000Z',
    inputs: {
      config: { file: 'dynamo-gitops.yaml', digest: digestOf('config') },
      metrics: { file: 'metrics/week.json', digest: digestOf('metrics'), source: 'a recording of prod-1' },
      manifests: [{ file: FILE, digest: digestOf('the file') }],
      profiles: [{ file: 'profiles/chat.json', digest: digestOf('profile') }],
      status: null,
      history: null,
    },
    targets: [
      sampleTarget({
        latencies: [
          { latency: 'ttft', targetMs: 500, measuredMs: 710.4, expected: { replicas: 3, ms: 412.3, percentile: 0.95 } },
        ],
        demand: { start: '2026-09-18T09:00:00.000Z', pointSeconds: 3600, busyReplicas: [...DAY] },
        leadSeconds: 540,
        reasons: [
          {
            ...{
              stage: 'observed',
              name: 'ttftMs',
              value: 710.4,
              explanation: '710.4 ms to the first token on average',
            },
            query: 'sum(rate(dynamo_frontend_time_to_first_token_seconds_sum{model="chat"}[10m]))',
          },
          ...sampleTarget().reasons,
        ],
      }),
      sampleTarget({
        latencies: [{ latency: 'itl', targetMs: 50, measuredMs: null, expected: null }],
        service: 'decode',
        role: 'decode',
        current: 4,
        target: 6,
        reasons: [{ stage: 'raw', name: 'replicas', value: 8, explanation: 'concurrency 372 at 70 per replica: 5.3' }],
        guardrails: [
          { guardrail: 'max', from: 8, to: 8, explanation: 'at most 8 are declared' },
          { guardrail: 'step-up', from: 8, to: 6, explanation: 'at most 2 more in one plan' },
        ],
      }),
      sampleTarget({ service: 'router', role: 'router', current: 1, target: 1, gpusPerReplica: 0, reasons: [] }),
    ],
    held: [
      {
        deployment: 'chat',
        namespace: 'serving',
        environment: 'prod',
        service: 'Frontend',
        code: 'owner',
        reason: 'the scaling adapter is on, and nothing in the repository drives it',
      },
      {
        deployment: 'other',
        namespace: null,
        environment: null,
        service: null,
        code: 'no-data',
        reason: 'no data for 3 h',
      },
    ],
    ledger: [
      { budget: 'fleet', limitGpus: 16, beforeGpus: 12, afterGpus: 15, unknown: [] },
      { budget: 'lab', limitGpus: 8, beforeGpus: null, afterGpus: null, unknown: ['lab/sandbox/decode'] },
    ],
    ...overrides,
  });
}
