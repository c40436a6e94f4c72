import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RolePair } from '../../planner/backtest/engine/index.ts';
import { discreteSimulation, fluidSimulation } from '../../planner/backtest/simulator/index.ts';
import { readScenarios } from './scenario.ts';
import { readEngine, readTraffic } from './traffic.ts';

// How quickly the two simulations go through the scenario m-large, in processor time of one core.

const SIMULATIONS = 15;
const DISCRETE_MINUTES = 240;
const LIMITS = { requestsPerSecond: 1_000_000, weekSeconds: 10 } as const;

const root = fileURLToPath(new URL('..', new URL('..', new URL(`file://${process.argv[1]}`))));
const data = resolve(root, '../shared/data');
if (!existsSync(data)) {
  process.stdout.write('skipped: ../shared, which has the profile and the trace, is not there\n');
  process.exit(0);
}
const scenario = readScenarios(resolve(root, 'bench/scenarios')).find(({ name }) => name === 'm-large');
if (scenario === undefined) throw new Error('the scenario m-large is not there');
const { engine } = readEngine(scenario, data);
const { sla, giveUpSeconds } = scenario;
const workload = readTraffic(scenario, data).workload(1);

/** So many replicas that some are idle at night, and some late by day. */
const servingOf = (index: number): RolePair => ({ prefill: 5 + (index % 4), decode: 4 + (index % 3) });

const discrete = discreteSimulation(engine, sla, { giveUpSeconds });
let started = cpuSeconds();
for (let index = 0; index < DISCRETE_MINUTES; index += 1) {
  discrete.advanceMinute(workload.minute(index), servingOf(index));
}
const requestsPerSecond = discrete.totals().requests / (cpuSeconds() - started);

const fluids = Array.from({ length: SIMULATIONS }, () => fluidSimulation(engine, sla, { giveUpSeconds }));
started = cpuSeconds();
const halves = [0.5, 1].map((part) => {
  const from = part === 1 ? workload.minutes / 2 : 0;
  const before = cpuSeconds();
  for (let index = from; index < workload.minutes * part; index += 1) {
    const minute = workload.minute(index);
    for (const [place, fluid] of fluids.entries()) fluid.advanceMinute(minute, servingOf(place));
  }
  return { seconds: cpuSeconds() - before, megabytes: process.memoryUsage().heapUsed / 1e6 };
});
const weekSeconds = cpuSeconds() - started;

const rows = [
  ['discrete form, requests simulated a second', Math.round(requestsPerSecond).toLocaleString('en'), '1,000,000'],
  [`fluid form, ${SIMULATIONS} simulations of a week in lockstep`, `${weekSeconds.toFixed(1)} s`, '10 s'],
  ['its second half to the first', (halfOf(1).seconds / halfOf(0).seconds).toFixed(2), ''],
  ['heap after half of it, and after all', halves.map(({ megabytes }) => `${megabytes.toFixed(0)} MB`).join(', '), ''],
];
process.stdout.write(`| what | measured | limit |\n|---|---|---|\n`);
for (const row of rows) process.stdout.write(`| ${row.join(' | ')} |\n`);
const isMet = requestsPerSecond >= LIMITS.requestsPerSecond && weekSeconds <= LIMITS.weekSeconds;
process.exitCode = isMet ? 0 : 1;

function halfOf(index: number): (typeof halves)[number] {
  return halves[index] ?? { seconds: Number.NaN, megabytes: Number.NaN };
}

/** Processor time of this process, which moves less than the time on the clock while others use the machine. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
