import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineSpec, RolePair } from '../../planner/backtest/engine/index.ts';
import {
  discreteSimulation,
  fluidSimulation,
  type SimulatedSla,
  type Simulation,
  type SimulationTotals,
} from '../../planner/backtest/simulator/index.ts';
import {
  arrivalCount,
  type RequestShape,
  randomNumbers,
  requestLengths,
  seedOf,
  type WorkloadMinute,
} from '../../planner/backtest/workload/index.ts';
import { prefillMs, slopeMs } from '../../planner/capacity/index.ts';
import { readScenarios } from './scenario.ts';
import { readEngine } from './traffic.ts';

// How far the fluid simulation's attainment is from that of every request simulated, over a fixed grid; writes the table of
// docs/simulator.md between its markers. With another mean of the outputs, such as 190, it is only printed.

const LOADS = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
const REPLICAS = [1, 2, 4, 8, 16];
const ARRIVAL_VARIATIONS = [1, 4];
/** Of prompts, and of outputs. */
const LENGTH_VARIATIONS = [
  [0.25, 0.25],
  [1, 1],
  [4, 1],
] as const;
const ISL_TOKENS = 928;
const PUBLISHED_OSL_TOKENS = 141;
const OSL_TOKENS = Number(process.argv.at(-1)) || PUBLISHED_OSL_TOKENS;
/** A cell takes as long as it takes for so many requests, within bounds; the first minutes only fill the queues. */
const REQUESTS = 1_000_000;
const MINUTES = { fewest: 60, most: 480, warmUp: 5 } as const;
const LARGEST_DIFFERENCE = 1;

type Role = keyof RolePair;

interface Cell {
  readonly role: Role;
  readonly replicas: number;
  readonly load: number;
  readonly arrivalVariation: number;
  readonly shape: RequestShape;
}

interface Compared {
  readonly cell: Cell;
  /** Percent. */
  readonly fluid: number;
  readonly discrete: number;
}

const root = fileURLToPath(new URL('..', new URL('..', new URL(`file://${process.argv[1]}`))));
const data = resolve(root, '../shared/data');
if (!existsSync(data)) {
  process.stdout.write('skipped: ../shared, which has the profile, is not there\n');
  process.exit(0);
}
const scenario = readScenarios(resolve(root, 'bench/scenarios')).find(({ name }) => name === 'm-large');
if (scenario === undefined) throw new Error('the scenario m-large is not there');
const { engine } = readEngine(scenario, data);
const { sla, giveUpSeconds } = scenario;

const cells = (['prefill', 'decode'] as const).flatMap((role) =>
  LENGTH_VARIATIONS.flatMap(([islVariation, oslVariation]) =>
    ARRIVAL_VARIATIONS.flatMap((arrivalVariation) =>
      REPLICAS.flatMap((replicas) =>
        LOADS.map((load): Cell => {
          const shape = { islTokens: ISL_TOKENS, islVariation, oslTokens: OSL_TOKENS, oslVariation };
          return { role, replicas, load, arrivalVariation, shape };
        }),
      ),
    ),
  ),
);
const compared = cells.map((cell, index) => {
  const one = compare(cell, engine, sla);
  process.stderr.write(`${index + 1}/${cells.length} ${words(one)}\n`);
  return one;
});
const report = reportOf(compared);
process.stdout.write(`${report}\n`);
if (OSL_TOKENS === PUBLISHED_OSL_TOKENS) writeBetweenMarkers(resolve(root, 'docs/simulator.md'), 'agreement', report);
process.exitCode = Math.abs(differenceOf(worstOf(compared))) <= LARGEST_DIFFERENCE ? 0 : 1;

/** The cell's rate, and of the other role more than enough. */
function settingOf({ role, replicas, load, shape }: Cell): { readonly rate: number; readonly serving: RolePair } {
  const { prefill, decode } = engine.model;
  const lengths = requestLengths(shape.islTokens, shape.islVariation);
  const prefillSeconds = lengths.reduce((sum, tokens) => sum + prefillMs(prefill, tokens) / 1000, 0) / lengths.length;
  // What a request has in the KV cache on average while it is decoded; long outputs are there for longer.
  const context = shape.islTokens + (shape.oslTokens * (1 + shape.oslVariation)) / 2;
  const batch = Math.min(engine.maxBatch, (sla.itlMs - decode.fixedMs) / slopeMs(decode, context));
  const decodeRate = (1000 * batch) / (shape.oslTokens * sla.itlMs);
  const rate = load * replicas * (role === 'prefill' ? 1 / prefillSeconds : decodeRate);
  const serving =
    role === 'prefill'
      ? { prefill: replicas, decode: Math.ceil((2 * rate) / decodeRate) + 2 }
      : { prefill: Math.ceil(2 * rate * prefillSeconds) + 3, decode: replicas };
  return { rate, serving };
}

function compare(cell: Cell, spec: EngineSpec, targets: SimulatedSla): Compared {
  const { rate, serving } = settingOf(cell);
  const options = { giveUpSeconds, drawnPerSecond: Number.POSITIVE_INFINITY };
  const forms = [fluidSimulation(spec, targets, options), discreteSimulation(spec, targets, options)];
  const count = Math.min(MINUTES.most, Math.max(MINUTES.fewest, Math.ceil(REQUESTS / rate / 60)));
  const before = forms.map((simulation) => simulation.totals());
  for (let index = 0; index < MINUTES.warmUp + count; index += 1) {
    const minute = minuteOf(cell, rate, index);
    for (const [place, simulation] of forms.entries()) {
      if (index === MINUTES.warmUp) before[place] = simulation.totals();
      simulation.advanceMinute(minute, serving);
    }
  }
  const [fluid = Number.NaN, discrete = Number.NaN] = forms.map((simulation, place) =>
    attainedSince(before[place], simulation),
  );
  return { cell, fluid, discrete };
}

function minuteOf({ shape, arrivalVariation, replicas }: Cell, rate: number, index: number): WorkloadMinute {
  const seed = seedOf(1000 * replicas + arrivalVariation, index);
  const random = randomNumbers(seed);
  const arrivalsPerSecond = Uint32Array.from({ length: 60 }, () => arrivalCount(random, rate, arrivalVariation));
  return { index, hasData: true, arrivalsPerSecond, shape, seed };
}

function attainedSince(before: SimulationTotals | undefined, simulation: Simulation): number {
  const after = simulation.totals();
  const since = (name: 'attained' | 'missed' | 'abandoned'): number => after[name] - (before?.[name] ?? 0);
  return (100 * since('attained')) / (since('attained') + since('missed') + since('abandoned'));
}

function differenceOf({ fluid, discrete }: Compared): number {
  return fluid - discrete;
}

function worstOf(some: readonly Compared[]): Compared {
  return some.reduce((worst, one) => (Math.abs(differenceOf(one)) > Math.abs(differenceOf(worst)) ? one : worst));
}

function words(one: Compared): string {
  const { role, replicas, load, arrivalVariation, shape } = one.cell;
  const variations = `variation of arrivals ${arrivalVariation}, prompts ${shape.islVariation}, outputs ${shape.oslVariation}`;
  const attained = `fluid ${one.fluid.toFixed(2)} %, discrete ${one.discrete.toFixed(2)} %`;
  return `${role}, ${replicas} at load ${load}, ${variations}: ${attained}, difference ${signed(differenceOf(one))}`;
}

function signed(points: number): string {
  const digits = Math.abs(points).toFixed(2);
  return Number(digits) === 0 ? digits : `${points > 0 ? '+' : '−'}${digits}`;
}

/** Of each role, replicas down and loads across, the largest difference over all variations. */
function reportOf(all: readonly Compared[]): string {
  const tables = (['prefill', 'decode'] as const).map((role) => {
    const head = `| ${role} replicas | ${LOADS.map((load) => `load ${load}`).join(' | ')} |`;
    const rows = REPLICAS.map((replicas) => {
      const ofLoads = LOADS.map((load) => {
        const some = all.filter(({ cell }) => cell.role === role && cell.replicas === replicas && cell.load === load);
        return signed(differenceOf(worstOf(some)));
      });
      return `| ${replicas} | ${ofLoads.join(' | ')} |`;
    });
    return [head, `|---|${LOADS.map(() => '---').join('|')}|`, ...rows].join('\n');
  });
  return [...tables, `The worst of all ${all.length} cells: ${words(worstOf(all))} points.`].join('\n\n');
}

function writeBetweenMarkers(file: string, name: string, text: string): void {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const before = readFileSync(file, 'utf8');
  const [from, to] = [before.indexOf(start), before.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no markers ${start} and ${end}`);
  writeFileSync(file, `${before.slice(0, from + start.length)}\n\n${text}\n\n${before.slice(to)}`);
}
