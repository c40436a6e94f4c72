import {
  batchLimit,
  decodeReplicas,
  fewestReplicas,
  itlPercentileMs,
  prefillOutcome,
  promptLengths,
  ttftPercentileMs,
} from '../../planner/queueing/index.ts';
import { interarrivals, randomNumbers, simulateDecode, simulatePrefill } from '../../test/planner/queue-simulation.ts';

// What the formulas of docs/sizing.md promise, beside what requests get in a simulation that knows none of them.

const PERCENTILE = 0.95;
const REQUESTS = 200_000;

interface Row {
  readonly what: string;
  readonly replicas: number;
  readonly promised: string;
  readonly kept: number;
  readonly keptWithOneFewer: number;
}

const prefillCases: readonly (readonly [string, number, number, number, number])[] = [
  // Name, requests/s, squared variation of arrivals, of lengths, TTFT target.
  ['4 requests/s, bursts (2), lengths vary (1), TTFT 800 ms', 4, 2, 1, 800],
  ['40 requests/s, Poisson (1), one length (0), TTFT 300 ms', 40, 1, 0, 300],
  ['40 requests/s, Poisson (1), lengths vary (1), TTFT 500 ms', 40, 1, 1, 500],
  ['40 requests/s, bursts (4), lengths vary (1), TTFT 500 ms', 40, 4, 1, 500],
  ['400 requests/s, bursts (4), lengths vary (1), TTFT 500 ms', 400, 4, 1, 500],
];

function prefillRow([what, rate, arrivalVariation, variation, ttftMs]: (typeof prefillCases)[number]): Row {
  const serviceMs = promptLengths(1000, variation).map((tokens) => 20 + 0.05 * tokens);
  const load = { requestsPerSecond: rate, arrivalVariation, serviceMs };
  const replicas =
    fewestReplicas(1, 10_000, (count) => prefillOutcome(load, count, ttftMs).attainment >= PERCENTILE) ?? Number.NaN;
  const random = randomNumbers(17);
  const kept = (count: number): number => {
    if (count < 1 || prefillOutcome(load, count, ttftMs).utilization >= 1) return 0;
    const ttft = simulatePrefill({
      replicas: count,
      nextGapMs: interarrivals(random, 1000 / rate, arrivalVariation),
      nextServiceMs: () => serviceMs[Math.floor(random() * serviceMs.length)] ?? Number.NaN,
      requests: REQUESTS,
    });
    return ttft.filter((one) => one <= ttftMs).length / ttft.length;
  };
  const promised = `p95 ${Math.round(ttftPercentileMs(load, replicas, PERCENTILE))} ms`;
  return { what: `prefill, ${what}`, replicas, promised, kept: kept(replicas), keptWithOneFewer: kept(replicas - 1) };
}

const decodeCases: readonly (readonly [string, number, number, number])[] = [
  ['5 requests/s, bursts (2), ITL 20 ms', 5, 2, 20],
  ['40 requests/s, Poisson (1), ITL 30 ms', 40, 1, 30],
  ['40 requests/s, bursts (4), ITL 30 ms', 40, 4, 30],
  ['40 requests/s, bursts (2), ITL 14 ms', 40, 2, 14],
];

function decodeRow([what, rate, arrivalVariation, itlMs]: (typeof decodeCases)[number]): Row {
  const tokens = 200;
  const load = { outputTokensPerSecond: rate * tokens, arrivalVariation, fixedMs: 9, slopeMs: 0.4, mostBatch: 1000 };
  const replicas = Math.max(1, Math.ceil(decodeReplicas(load, batchLimit(load, itlMs), PERCENTILE)));
  const random = randomNumbers(19);
  const kept = (count: number): number => {
    if (count < 1) return 0;
    const means = simulateDecode({
      replicas: count,
      nextGapMs: interarrivals(random, 1000 / rate, arrivalVariation),
      nextTokens: () => Math.max(1, -Math.log(1 - random()) * tokens),
      itlMs: (batch) => 9 + 0.4 * batch,
      requests: REQUESTS / 20,
    });
    return means.filter((one) => one <= itlMs).length / means.length;
  };
  const promised = `p95 ${itlPercentileMs(load, replicas, PERCENTILE).toFixed(1)} ms`;
  return { what: `decode, ${what}`, replicas, promised, kept: kept(replicas), keptWithOneFewer: kept(replicas - 1) };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const rows = [...prefillCases.map(prefillRow), ...decodeCases.map(decodeRow)];
const lines = rows.map(
  ({ what, replicas, promised, kept, keptWithOneFewer }) =>
    `| ${what} | ${replicas} | ${promised} | ${percent(kept)} | ${percent(keptWithOneFewer)} |`,
);
process.stdout.write(
  `${['| load | replicas | promised | in time, simulated | with one fewer |', '|---|---|---|---|---|', ...lines].join('\n')}\n`,
);
