import { slopeMs } from '../../../capacity/index.ts';
import type { EngineSpec } from '../../engine/index.ts';
import type { SimulatedSla, SimulationOptions } from '../simulation.ts';
import type { MinuteSums, Tally } from '../tally.ts';
import { ClassWaits } from './class-waits.ts';
import { DecodeCohorts } from './decode-cohorts.ts';
import { DecodeStep } from './decode-step.ts';
import { Departures } from './departures.ts';
import type { PrefillQueue } from './prefill-queue.ts';
import { NEVER } from './prefill-windows.ts';
import { COHORTS, type SampledMinute } from './sampled-minute.ts';
import { CLASSES, type ShapeTable } from './shape-table.ts';

/** Bound here, since a global is looked up at each use where tests run. */
const { max } = Math;

const MINUTE_SECONDS = 60;

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
  /** Seconds a token, in the newest step. */
  #pace: number;
  readonly #cohorts = new DecodeCohorts();
  readonly #waits = new ClassWaits();
  readonly #departures = new Departures();
  readonly #step = new DecodeStep();
  readonly #engine: EngineSpec;
  readonly #sla: SimulatedSla;
  readonly #options: SimulationOptions;

  constructor(engine: EngineSpec, sla: SimulatedSla, options: SimulationOptions) {
    this.#engine = engine;
    this.#pace = engine.model.decode.fixedMs / 1000;
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
    this.#pace = this.#engine.model.decode.fixedMs / 1000;
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
    gone.copy(this);
    gone.#replicas = replicas;
    gone.#takeShare(this, share);
    this.#takeShare(this, 1 - share);
    this.#replicas -= replicas;
    return gone;
  }

  /** Takes over what another pool has and does. */
  copy(from: DecodePool): void {
    this.#cohorts.copy(from.#cohorts);
    this.#clock = from.#clock;
    this.#replicas = from.#replicas;
    this.#newest = from.#newest;
    this.inside = from.inside;
    this.#prompt = from.#prompt;
    this.#joinClocks = from.#joinClocks;
    this.#reserved = from.#reserved;
    this.#lastAbsent = from.#lastAbsent;
    this.#pace = from.#pace;
    this.#waits.copy(from.#waits);
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

  /** Lets in what is ready in a minute that begins at `start`, step by step, and lets the tokens of its steps pass. */
  minute(start: number, sampled: SampledMinute, queue: PrefillQueue, tally: Tally, sums: MinuteSums): void {
    if (this.inside === 0 && queue.inside === 0) {
      this.#lastAbsent = 0;
      return;
    }
    const { table, requests, windowCohorts } = sampled;
    const seconds = windowCohorts / COHORTS;
    const steps = Math.round(MINUTE_SECONDS / seconds);
    if (requests > 0) {
      const joining = requests / MINUTE_SECONDS / max(this.#replicas, 1e-9);
      this.#waits.set(this.#replicas, joining * this.#pace, table);
    }
    for (let count = 1; count <= steps; count += 1) {
      this.#begin(start + count * seconds, seconds);
      this.#join(queue, table, tally, sums);
      this.#pass(table, tally, sums);
    }
  }

  /** Lets the tokens of a step pass that ends then, where nothing is let in any more. */
  finish(end: number, seconds: number, table: ShapeTable, tally: Tally, sums: MinuteSums): void {
    this.#begin(end, seconds);
    this.#pass(table, tally, sums);
  }

  #begin(end: number, seconds: number): void {
    const step = this.#step;
    step.end = end;
    step.seconds = seconds;
    step.insideBefore = this.inside;
    step.presence = 0;
    this.#newest = this.#cohorts.end;
  }

  #pass(table: ShapeTable, tally: Tally, sums: MinuteSums): void {
    const step = this.#step;
    const { seconds, insideBefore } = step;
    const { model } = this.#engine;
    if (this.inside <= 0) {
      this.#lastAbsent = 0;
      return;
    }
    const meanInside = max(insideBefore / 2, insideBefore + step.presence / seconds - this.#lastAbsent);
    const meanKv =
      this.#prompt * (meanInside / this.inside) +
      max(0, insideBefore * this.#clock - this.#joinClocks) +
      meanInside * table.missingTokens;
    // Those that wait for the step that runs are in no batch yet.
    const batched = table.meanOslTokens / (table.meanOslTokens + this.#waits.steps) / max(this.#replicas, 1e-9);
    const slope = (model.decode.perRequestMs * meanInside + model.decode.perKvTokenMs * meanKv) * batched;
    const single = model.decode.fixedMs + slopeMs(model.decode, this.#prompt / this.inside);
    const pace = max(single, model.decode.fixedMs + slope) / 1000;
    sums.insideSeconds += meanInside * seconds;
    this.#pace = pace;
    step.pace = pace;
    step.passed = seconds / pace;
    this.#setJoinClocks(table);
    this.#clock += step.passed;
    step.clock = this.#clock;
    this.#depart(tally, sums);
  }

  /** Lets in windows of the queue. */
  #join(queue: PrefillQueue, table: ShapeTable, tally: Tally, sums: MinuteSums): void {
    const step = this.#step;
    const { end: time } = step;
    const start = time - step.seconds;
    const { windows } = queue;
    const { first, end, mask, width, cells } = windows;
    if (first === end || (cells[(first & mask) * width + 2] ?? 0) > time) return;
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
    step.presence = presence;
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
  #setJoinClocks({ classTokens }: ShapeTable): void {
    const { pace, end: stepEnd, seconds } = this.#step;
    const start = stepEnd - seconds;
    const wait = this.#waits.steps;
    const cohorts = this.#cohorts;
    const { end, mask, width, cells } = cohorts;
    const classes = CLASSES;
    for (let row = this.#newest; row < end; row += 1) {
      const at = (row & mask) * width;
      const clock = this.#clock + ((cells[at] ?? 0) - start) / pace + wait;
      cells[at + 1] = clock;
      this.#joinClocks += clock * (cells[at + 4] ?? 0);
      for (let place = 0; place < classes; place += 1) cells[at + 8 + 4 * place] = clock + (classTokens[place] ?? 0);
    }
  }

  #depart(tally: Tally, sums: MinuteSums): void {
    const cohorts = this.#cohorts;
    const gone = this.#departures;
    const step = this.#step;
    gone.take(cohorts, this.#waits, step, this.#sla);
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
    this.#lastAbsent = (requests * step.end - gone.leftAt) / step.seconds;
    this.inside -= requests;
    if (this.inside < 1e-9 || cohorts.first === cohorts.end) {
      this.inside = 0;
      this.#prompt = 0;
      this.#joinClocks = 0;
      this.#reserved = 0;
    }
  }
}
