import { slopeMs } from '../../../capacity/index.ts';
import { normalProbability } from '../../../queueing/index.ts';
import type { EngineSpec } from '../../engine/index.ts';
import type { SimulatedSla, SimulationOptions } from '../simulation.ts';
import type { MinuteSums, Tally } from '../tally.ts';
import { CohortRing } from './cohort-ring.ts';
import {
  ARRIVAL,
  COUNT,
  NEVER,
  type PrefillQueue,
  IN_TIME as QUEUED_IN_TIME,
  READY,
  START,
  WINDOW_CLASSES,
  WINDOW_TOKENS,
} from './prefill-queue.ts';
import { CLASSES, type ShapeTable } from './shape-table.ts';

/** Cells of a cohort that is being decoded. */
const JOINED = 0;
/** Tokens that each request of the pool had put out when it joined. */
const CLOCK = 1;
/** Share of its requests that is judged at all, and of all of them the share that is in time. */
const JUDGED = 2;
const IN_TIME = 3;
const REQUESTS = 4;
/** By class: how long outputs are, how many requests, and the prompt tokens of all of them. */
const OUTPUTS = 5;
const COUNTS = OUTPUTS + CLASSES;
const PROMPTS = COUNTS + CLASSES;

/**
 * Requests that are decoded, on replicas that share them evenly. All replicas put out tokens at the pace of the mean batch,
 * so time is counted in tokens: a request leaves when the clock has gone as far as its output is long.
 */
export class DecodePool {
  /** Requests inside. */
  inside = 0;
  /** Prompt tokens in the KV caches. */
  #prompt = 0;
  /** What the clock said when the requests inside joined, summed: what they have put out is since then. */
  #joinClocks = 0;
  /** Prompt tokens and half of the outputs, which admission reserves. */
  #reserved = 0;
  #clock = 0;
  #replicas = 0;
  /** Requests that left in the newest step, each by the share of it that it was gone. */
  #lastAbsent = 0;
  /** Tokens of the newest step. */
  #passed = 0;
  /** First of the cohorts that joined in the newest step. */
  #newest = 0;
  #cohorts = new CohortRing(PROMPTS + CLASSES);
  readonly #heads = new Float64Array(CLASSES);
  readonly #engine: EngineSpec;
  readonly #sla: SimulatedSla;
  readonly #options: SimulationOptions;

  constructor(engine: EngineSpec, sla: SimulatedSla, options: SimulationOptions) {
    this.#engine = engine;
    this.#sla = sla;
    this.#options = options;
  }

  reset(): void {
    this.inside = 0;
    this.#prompt = 0;
    this.#joinClocks = 0;
    this.#reserved = 0;
    this.#clock = 0;
    this.#replicas = 0;
    this.#lastAbsent = 0;
    this.#cohorts.clear();
    this.#heads.fill(0);
  }

  get replicas(): number {
    return this.#replicas;
  }

  add(replicas: number): void {
    this.#replicas += replicas;
  }

  /** Takes replicas out, with the requests that they have. @returns them, as a pool that finishes those. */
  split(replicas: number): DecodePool {
    const gone = new DecodePool(this.#engine, this.#sla, this.#options);
    const share = replicas / this.#replicas;
    gone.#cohorts = this.#cohorts.copy();
    gone.#heads.set(this.#heads);
    gone.#clock = this.#clock;
    gone.#replicas = replicas;
    gone.#newest = this.#newest;
    gone.#takeShare(this, share);
    this.#takeShare(this, 1 - share);
    this.#replicas -= replicas;
    return gone;
  }

  #takeShare(of: DecodePool, share: number): void {
    this.inside = of.inside * share;
    this.#prompt = of.#prompt * share;
    this.#joinClocks = of.#joinClocks * share;
    this.#reserved = of.#reserved * share;
    this.#lastAbsent = of.#lastAbsent * share;
    const cohorts = this.#cohorts;
    const { cells } = cohorts;
    for (let row = cohorts.first; row < cohorts.end; row += 1) {
      const at = cohorts.at(row);
      cells[at + REQUESTS] = share * (cells[at + REQUESTS] ?? 0);
      for (let place = 0; place < CLASSES; place += 1) {
        cells[at + COUNTS + place] = share * (cells[at + COUNTS + place] ?? 0);
        cells[at + PROMPTS + place] = share * (cells[at + PROMPTS + place] ?? 0);
      }
    }
  }

  /** Tokens in the KV caches. */
  get kvTokens(): number {
    return this.#prompt + Math.max(0, this.inside * this.#clock - this.#joinClocks);
  }

  /** Lets in what is ready until `time`, and lets the tokens of `seconds` pass. */
  step(time: number, seconds: number, queue: PrefillQueue, table: ShapeTable, tally: Tally, sums: MinuteSums): void {
    const before = this.inside;
    const presence = this.#join(time, time - seconds, queue, table, tally, sums);
    this.#pass(time - seconds, seconds, before, presence, table, tally, sums);
  }

  /** As {@link step}, where nothing is let in any more. */
  finish(time: number, seconds: number, table: ShapeTable, tally: Tally, sums: MinuteSums): void {
    this.#newest = this.#cohorts.end;
    this.#pass(time - seconds, seconds, this.inside, 0, table, tally, sums);
  }

  /** @param presence of those that joined, each times how long it was there */
  #pass(
    start: number,
    seconds: number,
    before: number,
    presence: number,
    table: ShapeTable,
    tally: Tally,
    sums: MinuteSums,
  ): void {
    const { model } = this.#engine;
    if (this.inside <= 0) {
      this.#lastAbsent = 0;
      return;
    }
    const meanInside = Math.max(before / 2, before + presence / seconds - this.#lastAbsent);
    const meanKv =
      this.#prompt * (meanInside / this.inside) +
      Math.max(0, before * this.#clock - this.#joinClocks) +
      meanInside * table.missingTokens;
    // Those that wait for the step that runs are in no batch yet.
    const batched = table.meanOslTokens / (table.meanOslTokens + STEP_WAIT) / Math.max(this.#replicas, 1e-9);
    const slope = (model.decode.perRequestMs * meanInside + model.decode.perKvTokenMs * meanKv) * batched;
    const single = model.decode.fixedMs + slopeMs(model.decode, this.#prompt / this.inside);
    const pace = Math.max(single, model.decode.fixedMs + slope) / 1000;
    const passed = seconds / pace;
    sums.insideSeconds += meanInside * seconds;
    this.#setJoinClocks(start, pace);
    this.#clock += passed;
    this.#passed = passed;
    this.#depart(start, seconds, pace, table, tally, sums);
  }

  /** Lets in windows of the queue. @returns their requests, each times how long it was there until `time`. */
  #join(time: number, start: number, queue: PrefillQueue, table: ShapeTable, tally: Tally, sums: MinuteSums): number {
    const { windows } = queue;
    const { cells } = windows;
    this.#newest = this.#cohorts.end;
    if (windows.first === windows.end || (cells[windows.at(windows.first) + READY] ?? 0) > time) return 0;
    const { model, maxBatch } = this.#engine;
    const mostRequests = this.#replicas * maxBatch;
    const mostTokens = this.#replicas * model.decode.maxKvTokens;
    let presence = 0;
    for (; windows.first < windows.end; windows.first += 1) {
      const from = windows.at(windows.first);
      const ready = cells[from + READY] ?? 0;
      if (ready > time) break;
      const count = cells[from + COUNT] ?? 0;
      if (count === 0) continue;
      const waited = ready - (cells[from + ARRIVAL] ?? 0) - table.meanPrefill;
      if (cells[from + START] === NEVER) {
        tally.abandoned += count * (1 - table.hopeless);
        tally.hopeless += count * table.hopeless;
      } else if (this.inside >= mostRequests || this.#reserved >= mostTokens) {
        if (waited + time - ready <= this.#options.giveUpSeconds) break;
        tally.abandoned += count * (1 - table.hopeless);
        tally.hopeless += count * table.hopeless;
      } else {
        const late = Math.max(0, start - ready);
        const inTime =
          late === 0 ? (cells[from + QUEUED_IN_TIME] ?? 0) : count * table.inTime(Math.max(0, waited + late));
        const joins = Math.max(ready, start);
        this.#take(queue, from, joins, count, inTime, table);
        presence += count * (time - joins);
        sums.firstTokens += count;
        sums.ttftSeconds += count * (joins - (cells[from + ARRIVAL] ?? 0));
        sums.insideSeconds += count * (joins - (cells[from + ARRIVAL] ?? 0));
      }
      queue.inside -= count;
    }
    return presence;
  }

  #take(queue: PrefillQueue, from: number, joins: number, count: number, inTime: number, table: ShapeTable): void {
    const source = queue.windows.cells;
    const at = this.#cohorts.push();
    const { cells } = this.#cohorts;
    cells[at + JOINED] = joins;
    cells[at + IN_TIME] = inTime / count;
    cells[at + JUDGED] = 1 - table.hopeless;
    cells[at + REQUESTS] = count;
    let prompts = 0;
    let outputs = 0;
    for (let place = 0; place < CLASSES; place += 1) {
      const requests = source[from + WINDOW_CLASSES + place] ?? 0;
      const tokens = source[from + WINDOW_TOKENS + place] ?? 0;
      const output = table.classTokens[place] ?? 0;
      cells[at + OUTPUTS + place] = output;
      cells[at + COUNTS + place] = requests;
      cells[at + PROMPTS + place] = tokens;
      prompts += tokens;
      outputs += requests * output;
    }
    this.#prompt += prompts;
    this.#reserved += prompts + outputs / 2;
    this.inside += count;
  }

  /** Those that joined in this step did so when the clock was so far. */
  #setJoinClocks(start: number, pace: number): void {
    const cohorts = this.#cohorts;
    const { cells } = cohorts;
    for (let row = this.#newest; row < cohorts.end; row += 1) {
      const at = cohorts.at(row);
      const clock = this.#clock + ((cells[at + JOINED] ?? 0) - start) / pace + STEP_WAIT;
      cells[at + CLOCK] = clock;
      this.#joinClocks += clock * (cells[at + REQUESTS] ?? 0);
    }
  }

  #depart(start: number, seconds: number, pace: number, table: ShapeTable, tally: Tally, sums: MinuteSums): void {
    const cohorts = this.#cohorts;
    const { cells, end } = cohorts;
    const heads = this.#heads;
    const clock = this.#clock;
    const target = this.#sla.itlMs / 1000;
    const perPace = 1 / pace;
    const passed = clock - this.#passed;
    let departures = 0;
    let departedAt = 0;
    let judged = 0;
    let inTime = 0;
    let kept = 0;
    let attained = 0;
    let itlSeconds = 0;
    let prompts = 0;
    let outputs = 0;
    let clocks = 0;
    let oldest = end;
    for (let place = 0; place < CLASSES; place += 1) {
      let head = heads[place] ?? 0;
      const wait = pace * (table.classWait[place] ?? 0);
      const perSpread = (table.perClassSpread[place] ?? 0) * perPace;
      for (; head < end; head += 1) {
        const at = cohorts.at(head);
        const length = cells[at + OUTPUTS + place] ?? 0;
        const joinClock = cells[at + CLOCK] ?? 0;
        const leaves = joinClock + length;
        if (leaves > clock) break;
        const count = cells[at + COUNTS + place] ?? 0;
        if (count === 0) continue;
        const joined = cells[at + JOINED] ?? 0;
        // The clock passed it inside of this step.
        const left = leaves > passed ? start + pace * (leaves - passed) : start;
        const itl = (left > joined ? left - joined : 0) / length + wait;
        const ofJudged = count * (cells[at + JUDGED] ?? 0);
        const ofInTime = count * (cells[at + IN_TIME] ?? 0);
        const deviations = (target - itl) * perSpread;
        const share =
          deviations >= FAR
            ? 1
            : deviations <= -FAR
              ? 0
              : (PROBABILITIES[Math.round((deviations + FAR) * CELLS_PER_DEVIATION)] ?? 0);
        judged += ofJudged;
        inTime += ofInTime;
        kept += ofJudged * share;
        attained += ofInTime * share;
        departures += count;
        departedAt += count * left;
        itlSeconds += count * itl;
        prompts += cells[at + PROMPTS + place] ?? 0;
        outputs += count * length;
        clocks += count * joinClock;
      }
      heads[place] = head;
      if (head < oldest) oldest = head;
    }
    if (departures > 0) {
      tally.attained += attained;
      tally.missed += judged - attained;
      tally.ttftMisses += judged - inTime;
      tally.itlMisses += judged - kept;
      tally.hopeless += departures - judged;
      sums.completed += departures;
      sums.itlSeconds += itlSeconds;
      this.#prompt -= prompts;
      this.#joinClocks -= clocks;
      this.#reserved -= prompts + outputs / 2;
    }
    cohorts.first = oldest;
    this.#lastAbsent = (departures * (start + seconds) - departedAt) / seconds;
    this.inside -= departures;
    if (this.inside < 1e-9 || oldest === end) {
      this.inside = 0;
      this.#prompt = 0;
      this.#joinClocks = 0;
      this.#reserved = 0;
    }
  }
}

/** A request joins a batch after the step that runs: half of one on average. */
const STEP_WAIT = 0.5;

/** Probabilities of a standard normal variable to stay below −{@link FAR} to {@link FAR}. */
const FAR = 4;
const CELLS_PER_DEVIATION = 64;
const PROBABILITIES = Float64Array.from({ length: 2 * FAR * CELLS_PER_DEVIATION + 1 }, (_, index) =>
  normalProbability(index / CELLS_PER_DEVIATION - FAR),
);
