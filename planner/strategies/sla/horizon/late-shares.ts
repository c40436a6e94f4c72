import {
  arrivingWork,
  type BatchLimit,
  type DecodeLoad,
  decodeAttainment,
  type PrefillLoad,
  waitAllowanceMs,
  waiting,
} from '../../../queueing/index.ts';

/** Share of the requests that are late with so many replicas, of which the demand would keep `busy` working all the time. */
export type LateShare = (replicas: number, busy: number) => number;

/** Prompts are as many groups of like length: enough for a share, few enough for a table. */
const LENGTH_GROUPS = 10;

/**
 * Of the prompts that an idle engine would bring in time: those that no number of replicas helps have no part in it.
 * @param ttftMs what the target leaves for waiting and prefill
 */
export function latePrompts(load: PrefillLoad, ttftMs: number): LateShare {
  const work = arrivingWork(load);
  const helped = load.serviceMs.filter((serviceMs) => serviceMs < ttftMs);
  const allowances =
    helped.length === 0 ? [waitAllowanceMs(ttftMs, ttftMs)] : grouped(helped).map((serviceMs) => ttftMs - serviceMs);
  return tabled((replicas, busy) => {
    const wait = waiting({ ...work, requestsPerSecond: (busy * 1000) / work.meanServiceMs }, replicas);
    let late = 0;
    for (const allowanceMs of allowances) late += wait.exceeds(allowanceMs);
    return late / allowances.length;
  });
}

export function lateTokens(load: DecodeLoad, limit: BatchLimit): LateShare {
  return tabled((replicas, busy) => {
    const outputTokensPerSecond = (busy * limit.batch * 1000) / limit.itlMs;
    return 1 - decodeAttainment({ ...load, outputTokensPerSecond }, limit, replicas);
  });
}

function grouped(sorted: readonly number[]): readonly number[] {
  if (sorted.length <= LENGTH_GROUPS) return sorted;
  return Array.from({ length: LENGTH_GROUPS }, (_, group) => {
    const [from, to] = [group, group + 1].map((edge) => Math.floor((edge * sorted.length) / LENGTH_GROUPS));
    const part = sorted.slice(from, to);
    return part.reduce((sum, one) => sum + one, 0) / part.length;
  });
}

/** Utilisations of a row, from none to all. */
const CELLS = 64;

/** Smaller shares are none. */
const NEGLIGIBLE = 1e-5;

/** The same share, looked up between cells: a decision asks for it a thousand times. Beyond full use everything is late. */
function tabled(exact: LateShare): LateShare {
  const rows: Float64Array[] = [];
  return (replicas, busy) => {
    const place = (busy / replicas) * CELLS;
    if (!(place < CELLS)) return 1;
    const row = rows[replicas] ?? rowOf(exact, replicas);
    rows[replicas] = row;
    const cell = Math.floor(place);
    const low = row[cell] ?? 1;
    return low + (place - cell) * ((row[cell + 1] ?? 1) - low);
  };
}

/** From full use down, since below the first share that is none all are. */
function rowOf(exact: LateShare, replicas: number): Float64Array {
  const row = new Float64Array(CELLS + 1);
  row[CELLS] = 1;
  for (let cell = CELLS - 1; cell > 0; cell -= 1) {
    const share = exact(replicas, (cell / CELLS) * replicas);
    if (share < NEGLIGIBLE) break;
    row[cell] = share;
  }
  return row;
}
