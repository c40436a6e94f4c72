import { type Backtest, type BacktestPolicy, digestOf } from '../../../api/index.ts';

const HOURS = 48;

/** A policy with figures that depend on a few of its own. */
export function samplePolicy(
  name: string,
  channel: BacktestPolicy['channel'],
  figures: Partial<BacktestPolicy> & Pick<BacktestPolicy, 'attainment' | 'gpuHours'>,
): BacktestPolicy {
  const { attainment, gpuHours } = figures;
  return {
    ...{ name, channel, label: name },
    requests: 1_000_000,
    attained: 1_000_000 * attainment,
    ttftMisses: 1_000_000 * (1 - attainment),
    ...{ itlMisses: 0, abandoned: 12.4, hopeless: 3, ttftAttainment: attainment, itlAttainment: 1 },
    timesOracle: gpuHours / 1000,
    timesLimitedOracle: gpuHours / 1200,
    ...{ proposalsPerDay: 0, changesPerDay: 0, poorWindows: 0.02, maxGpus: 96 },
    worstWindow: { start: '2026-11-03T18:05:00.000Z', attainment: 0.71 },
    hourlyGpus: Array.from({ length: HOURS }, (_, hour) => 40 + 4 * Math.round(6 * Math.sin(hour / 4))),
    ...figures,
  };
}

/** A backtest with every kind of policy, and no particular truth in it. */
export function sampleBacktest(changes: Partial<Backtest> = {}): Backtest {
  return {
    ...{ schemaVersion: 1, kind: 'backtest', deployment: 'chat', namespace: 'llm-prod', environment: 'prod' },
    inputs: {
      metrics: { file: 'metrics/chat.json', digest: digestOf('metrics'), source: 'a recording of Prometheus' },
      config: { file: 'dynamo-gitops.yaml', digest: digestOf('config') },
      profiles: [{ file: 'profiles/h100.json', digest: digestOf('profile') }],
      fitted: [],
    },
    training: { start: '2026-10-30T00:00:00Z', end: '2026-11-02T00:00:00Z' },
    judged: { start: '2026-11-02T00:00:00Z', end: '2026-11-04T00:00:00Z' },
    minutes: { all: 2880, missing: 12, implausible: 1 },
    notes: [],
    setting: {
      sla: { ttftMs: 1000, itlMs: 30 },
      lead: { reviewSeconds: 300, startUpSeconds: 300 },
      giveUpSeconds: 10,
      gpusPerReplica: { prefill: 4, decode: 4 },
      most: { prefill: 40, decode: 20 },
      proposalsPerDay: 24,
      seeds: [1],
    },
    parameters: 'Parameters of sla were chosen on 2026-10-30 to 2026-11-02 alone, and judged on the days after.',
    policies: [
      samplePolicy('sla', 'git', {
        label: 'sla',
        attainment: 0.9921,
        gpuHours: 1520,
        proposalsPerDay: 18,
        changesPerDay: 18,
      }),
      samplePolicy('sla-floor', 'git-floor', {
        ...{
          label: 'sla as floor under HPA',
          attainment: 0.995,
          gpuHours: 1600,
          proposalsPerDay: 15,
          changesPerDay: 140,
        },
      }),
      samplePolicy('static', 'static', { label: 'static at the training peak', attainment: 0.9835, gpuHours: 2780 }),
      samplePolicy('dynamo-sla', 'git', { attainment: 0.46, gpuHours: 860, proposalsPerDay: 200, changesPerDay: 200 }),
      samplePolicy('hpa-70', 'native', { label: 'HPA at 70 %', attainment: 0.81, gpuHours: 1100, changesPerDay: 284 }),
      samplePolicy('oracle', 'oracle', {
        label: 'perfect foresight',
        attainment: 0.99,
        gpuHours: 1000,
        changesPerDay: 400,
      }),
      samplePolicy('limited-oracle', 'oracle', {
        ...{ label: 'perfect foresight, 18 changes a day', attainment: 0.99, gpuHours: 1200, changesPerDay: 18 },
      }),
    ],
    frontier: [
      { changesPerDay: 42, gpuHours: 1080 },
      { changesPerDay: 16, gpuHours: 1250 },
      { changesPerDay: 6, gpuHours: 1460 },
    ],
    whatIf: {
      policy: 'sla',
      budget: [48, 64, 96].map((maxGpus, index) => ({
        ...{ maxGpus, attainment: [0.9, 0.985, 0.992][index] ?? 0, gpuHours: 1400 + 50 * index, proposalsPerDay: 18 },
      })),
      sla: [500, 1000, 2000].map((ttftMs, index) => ({
        ...{ ttftMs, itlMs: 30, attainment: 0.992, gpuHours: 1800 - 200 * index, proposalsPerDay: 18 },
      })),
      lead: [180, 300, 600].map((startUpSeconds, index) => ({
        ...{ reviewSeconds: 300, startUpSeconds, attainment: 0.992, gpuHours: 1338 + 182 * index, proposalsPerDay: 18 },
      })),
    },
    ...changes,
  };
}
