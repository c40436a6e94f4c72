import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  atMostADay,
  dynamoLoad,
  dynamoSla,
  hpa,
  hpaTtft,
  kedaTtft,
  lastValue,
  type Policy,
  staticPeak,
  throughGit,
} from '../../planner/backtest/policies/index.ts';
import { ours, oursFloor } from '../../planner/backtest/policies/ours.ts';
import { replay } from '../../planner/backtest/replay/index.ts';
import { fluidSimulation } from '../../planner/backtest/simulator/index.ts';
import { readScenarios } from './scenario.ts';
import { readEngine, readTraffic } from './traffic.ts';

// Any policies on one scenario, lead and seed: node scripts/run-ts.mjs bench/backtest/try.ts m-large 600 1 [policy …]

const POLICIES: readonly Policy[] = [
  staticPeak,
  ours(),
  oursFloor(),
  ...[1, 1.3, 1.6, 2, 2.5, 3].map(lastValue),
  ...[1, 1.3, 1.6, 2, 2.5, 3].map((headroom) => dynamoSla('constant', headroom)),
  dynamoSla('kalman'),
  dynamoLoad,
  ...[0.2, 0.3, 0.4, 0.5, 0.7].map(hpa),
  hpaTtft,
  kedaTtft,
  ...[1.6, 2, 2.5, 3.2].map((headroom) => atMostADay(lastValue(headroom), 24)),
  ...[0.45, 0.35].map((share) => atMostADay(throughGit(hpa(share)), 24)),
];

const [name = 'm-large', lead = '600', seed = '1', ...names] = process.argv.slice(2).filter((word) => word !== '--');
const root = fileURLToPath(new URL('..', new URL('..', new URL(`file://${process.argv[1]}`))));
const data = resolve(root, '../shared/data');
const scenario = readScenarios(resolve(root, 'bench/scenarios')).find((one) => one.name === name);
if (scenario === undefined) throw new Error(`no scenario ${name}`);

const { engine, profile } = readEngine(scenario, data);
const { first, last } = scenario.judgedDays;
const workload = readTraffic(scenario, data).workload(Number(seed));
const start = performance.now();
const to = Math.min(workload.minutes, last * 1440);
const result = replay({
  ...{ workload, engine, profile, sla: scenario.sla, mostOverPeak: scenario.mostOverPeak },
  lead: { reviewSeconds: Number(lead) / 2, startUpSeconds: Number(lead) / 2 },
  policies: POLICIES.filter((policy) => names.length === 0 || names.some((one) => policy.name.startsWith(one))),
  simulation: () => fluidSimulation(engine, scenario.sla, { giveUpSeconds: scenario.giveUpSeconds }),
  judged: { from: (first - 1) * 1440, to },
});
const seconds = (performance.now() - start) / 1000;
const out = (line: string): boolean => process.stdout.write(`${line}\n`);
out(`peak ${JSON.stringify(result.trainingPeak)}, most ${JSON.stringify(result.most)}, ${seconds.toFixed(1)} s`);
for (const one of result.policies) {
  const cells = [
    one.channel.padEnd(7),
    one.label.padEnd(34),
    `${(100 * one.attainment).toFixed(2)} %`,
    `ttft ${(100 * one.ttftAttainment).toFixed(2)}`,
    `itl ${(100 * one.itlAttainment).toFixed(2)}`,
    `${one.gpuHours.toFixed(0)} GPU-h`,
    `×${one.timesOracle.toFixed(2)}`,
    `×${one.timesLimitedOracle.toFixed(2)}`,
    `${one.proposalsPerDay.toFixed(0)} PR/d`,
    `${one.changesPerDay.toFixed(0)} ch/d`,
    `poor ${(100 * one.poorWindows).toFixed(1)} %`,
    `max ${one.maxGpus}`,
  ];
  out(cells.join('  '));
}
for (const { changesPerDay, gpuHours } of result.frontier) out(`${changesPerDay.toFixed(1)}/d ${gpuHours.toFixed(0)}`);
