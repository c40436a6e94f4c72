import { slopeMs } from '../../../capacity/index.ts';
import type { EngineSpec } from '../../engine/index.ts';
import type { SimulatedSla, SimulationOptions } from '../simulation.ts';
import type { MinuteSums, Tally } from '../tally.ts';
import { DecodeCohorts } from './decode-cohorts.ts';
import { Departures } from './departures.ts';
import type { PrefillQueue } from './prefill-queue.ts';
import { NEVER } from './prefill-windows.ts';
import { CLASSES, type ShapeTable } from './shape-table.ts';

/** Bound here, since a global is looked up at each use where tests run. */
const { max } = Math;

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
  /** First of the cohorts that joined in the newest step. */
  #newest = 0;
  readonly #cohorts = new DecodeCohorts();
  readonly #departures = new Departures();
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
    gone.#cohorts.copy(this.#cohorts);
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
    this.#cohorts.scale(share);
  }

  /** Tokens in the KV caches. */
  get kvTokens(): number {
    return this.#prompt + max(0, this.inside * this.#clock - this.#joinClocks);
  }

  /** Lets in what is ready until `time`, and lets the tokens of `seconds` pass. */
  step(time: number, seconds: number, queue: PrefillQueue, table: ShapeTable, tally: Tally, sums: MinuteSums): void {
    const before = this.inside;
    const presence = this.#join(time, time - seconds, queue, table, tally, sums);
    this.#pass(time, seconds, before, presence, table, tally, sums);
  }

  /** As {@link step}, where nothing is let in any more. */
  finish(time: number, seconds: number, table: ShapeTable, tally: Tally, sums: MinuteSums): void {
    this.#newest = this.#cohorts.end;
    this.#pass(time, seconds, this.inside, 0, table, tally, sums);
  }

  /** @param presence of those that joined, each times how long it was there */
  #pass(
    end: number,
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
    const meanInside = max(before / 2, before + presence / seconds - this.#lastAbsent);
    const meanKv =
      this.#prompt * (meanInside / this.inside) +
      max(0, before * this.#clock - this.#joinClocks) +
      meanInside * table.missingTokens;
    // Those that wait for the step that runs are in no batch yet.
    const batched = table.meanOslTokens / (table.meanOslTokens + STEP_WAIT) / max(this.#replicas, 1e-9);
    const slope = (model.decode.perRequestMs * meanInside + model.decode.perKvTokenMs * meanKv) * batched;
    const single = model.decode.fixedMs + slopeMs(model.decode, this.#prompt / this.inside);
    const pace = max(single, model.decode.fixedMs + slope) / 1000;
    const passed = seconds / pace;
    sums.insideSeconds += meanInside * seconds;
    this.#setJoinClocks(end - seconds, pace, table);
    this.#clock += passed;
    this.#depart(end, seconds, pace, passed, table, tally, sums);
  }

  /** Lets in windows of the queue. @returns their requests, each times how long it was there until `time`. */
  #join(time: number, start: number, queue: PrefillQueue, table: ShapeTable, tally: Tally, sums: MinuteSums): number {
    const { windows } = queue;
    const { first, end, mask, width, cells } = windows;
    this.#newest = this.#cohorts.end;
    if (first === end || (cells[(first & mask) * width + 2] ?? 0) > time) return 0;
    const { model, maxBatch } = this.#engine;
    const mostRequests = this.#replicas * maxBatch;
    const mostTokens = this.#replicas * model.decode.maxKvTokens;
    let presence = 0;
    let row = first;
    for (; row < end; row += 1) {
      const at = (row & mask) * width;
      const ready = cells[at + 2] ?? 0;
      if (ready > time) break;
      const count = cells[at + 3] ?? 0;
      if (count === 0) continue;
      const arrival = cells[at] ?? 0;
      const waited = ready - arrival - table.meanPrefill;
      if (cells[at + 1] === NEVER) {
        tally.abandoned += count * (1 - table.hopeless);
        tally.hopeless += count * table.hopeless;
      } else if (this.inside >= mostRequests || this.#reserved >= mostTokens) {
        if (waited + time - ready <= this.#options.giveUpSeconds) break;
        tally.abandoned += count * (1 - table.hopeless);
        tally.hopeless += count * table.hopeless;
      } else {
        const late = max(0, start - ready);
        const inTime = late === 0 ? (cells[at + 5] ?? 0) : count * table.inTime(max(0, waited + late));
        const joins = max(ready, start);
        this.#take(cells, at + 6, joins, count, inTime, table);
        presence += count * (time - joins);
        sums.firstTokens += count;
        sums.ttftSeconds += count * (joins - arrival);
        sums.insideSeconds += count * (joins - arrival);
      }
      queue.inside -= count;
    }
    windows.first = row;
    return presence;
  }

  #take(windows: Float64Array, from: number, joins: number, count: number, inTime: number, table: ShapeTable): void {
    const cohorts = this.#cohorts;
    const at = cohorts.push();
    const { cells } = cohorts;
    cells[at] = joins;
    cells[at + 2] = 1 - table.hopeless;
    cells[at + 3] = inTime / count;
    cells[at + 4] = count;
    const { classTokens, perClassToken } = table;
    const width = CLASSES;
    let promptTokens = 0;
    let outputTokens = 0;
    for (let place = 0; place < width; place += 1) {
      const cell = at + 8 + 4 * place;
      const requests = windows[from + place] ?? 0;
      const ofPrompts = windows[from + width + place] ?? 0;
      const output = classTokens[place] ?? 0;
      cells[cell + 1] = perClassToken[place] ?? 0;
      cells[cell + 2] = requests;
      cells[cell + 3] = ofPrompts;
      promptTokens += ofPrompts;
      outputTokens += requests * output;
    }
    this.#prompt += promptTokens;
    this.#reserved += promptTokens + outputTokens / 2;
    this.inside += count;
  }

  /** Those that joined in this step did so when the clock was so far. */
  #setJoinClocks(start: number, pace: number, { classTokens }: ShapeTable): void {
    const cohorts = this.#cohorts;
    const { end, mask, width, cells } = cohorts;
    const classes = CLASSES;
    for (let row = this.#newest; row < end; row += 1) {
      const at = (row & mask) * width;
      const clock = this.#clock + ((cells[at] ?? 0) - start) / pace + STEP_WAIT;
      cells[at + 1] = clock;
      this.#joinClocks += clock * (cells[at + 4] ?? 0);
      for (let place = 0; place < classes; place += 1) cells[at + 8 + 4 * place] = clock + (classTokens[place] ?? 0);
    }
  }

  #depart(
    end: number,
    seconds: number,
    pace: number,
    passed: number,
    table: ShapeTable,
    tally: Tally,
    sums: MinuteSums,
  ): void {
    const cohorts = this.#cohorts;
    const gone = this.#departures;
    gone.take(cohorts, table, end, seconds, pace, this.#clock, passed, this.#sla.itlMs / 1000);
    const { requests, judged, attained } = gone;
    if (requests > 0) {
      tally.attained += attained;
      tally.missed += judged - attained;
      tally.ttftMisses += judged - gone.inTime;
      tally.itlMisses += judged - gone.kept;
      tally.hopeless += requests - judged;
      sums.completed += requests;
      sums.itlSeconds += gone.itlSeconds;
      this.#prompt -= gone.promptTokens;
      this.#joinClocks -= gone.joinClocks;
      this.#reserved -= gone.promptTokens + gone.outputTokens / 2;
    }
    this.#lastAbsent = (requests * end - gone.leftAt) / seconds;
    this.inside -= requests;
    if (this.inside < 1e-9 || cohorts.first === cohorts.end) {
      this.inside = 0;
      this.#prompt = 0;
      this.#joinClocks = 0;
      this.#reserved = 0;
    }
  }
}

/** A request joins a batch after the step that runs: half of one on average. */
const STEP_WAIT = 0.5;
