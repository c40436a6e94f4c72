import type { EngineSpec, RolePair } from '../../engine/index.ts';
import { DrawnRequests, type RequestShape, type WorkloadMinute } from '../../workload/index.ts';
import type { Observation, SimulatedSla, Simulation, SimulationOptions, SimulationTotals } from '../simulation.ts';
import { emptySums, emptyTally, type MinuteSums, type Tally } from '../tally.ts';
import { DecodeReplicas } from './decode-replicas.ts';
import { type DrawnLengths, drawnLengths } from './drawn-lengths.ts';
import { PrefillReplicas } from './prefill-replicas.ts';
import { Requests, SlotLine } from './requests.ts';

const MINUTE_SECONDS = 60;

/** Every request of its own, with nothing averaged: what the fluid form is checked by. */
export function discreteSimulation(engine: EngineSpec, sla: SimulatedSla, options: SimulationOptions): Simulation {
  return new DiscreteSimulation(engine, sla, options);
}

class DiscreteSimulation implements Simulation {
  readonly #engine: EngineSpec;
  readonly #ttftSeconds: number;
  readonly #itlSeconds: number;
  readonly #giveUpSeconds: number;
  readonly #transferSeconds: number;
  readonly #drawn = new DrawnRequests();
  readonly #requests = new Requests();
  readonly #waiting = new SlotLine();
  readonly #replicas = new PrefillReplicas();
  readonly #decoding: DecodeReplicas;
  /** Prefilled, and on their way to decode or waiting for room there; `firstToken` is when the KV cache is there. */
  readonly #transferring = new SlotLine();
  readonly #blocked = new SlotLine();
  #prefill = 0;
  #excessSince = 0;
  #time = 0;
  #tally: Tally = emptyTally();
  #sums: MinuteSums = emptySums();
  #arrived = { requests: 0, islTokens: 0, oslTokens: 0 };
  #insideSince = 0;
  #lengths: DrawnLengths | undefined;

  constructor(engine: EngineSpec, sla: SimulatedSla, options: SimulationOptions) {
    this.#engine = engine;
    this.#ttftSeconds = sla.ttftMs / 1000;
    this.#itlSeconds = sla.itlMs / 1000;
    this.#giveUpSeconds = options.giveUpSeconds;
    this.#transferSeconds = engine.transferMs / 1000;
    this.#decoding = new DecodeReplicas(engine, this.#requests, (slot, end) => this.#answered(slot, end));
  }

  advanceMinute(minute: WorkloadMinute, serving: RolePair): void {
    const start = this.#time;
    this.#sums = emptySums();
    this.#arrived = { requests: 0, islTokens: 0, oslTokens: 0 };
    this.#insideSince = start;
    this.#setPrefill(serving.prefill);
    this.#setDecode(serving.decode);
    const lengths = this.#lengthsOf(minute.shape);
    const drawn = this.#drawn;
    for (let second = 0; second < MINUTE_SECONDS; second += 1) {
      const count = minute.arrivalsPerSecond[second] ?? 0;
      if (count === 0) continue;
      drawn.draw(minute.seed, second, count);
      for (let index = 0; index < count; index += 1) {
        const time = start + second + (drawn.arrival[index] ?? 0);
        this.#runUntil(time);
        this.#arrive(time, drawn.prompt[index] ?? 0, drawn.output[index] ?? 0, lengths);
      }
    }
    this.#runUntil(start + MINUTE_SECONDS);
    this.#endMinute(start + MINUTE_SECONDS);
  }

  totals(): SimulationTotals {
    const { prefillDraining, decodeDraining, ...counts } = this.#tally;
    const drainingSeconds = { prefill: prefillDraining, decode: decodeDraining };
    return { ...counts, inside: this.#requests.inside, drainingSeconds };
  }

  observe(): Observation {
    const { requests, islTokens, oslTokens } = this.#arrived;
    const sums = this.#sums;
    const prefillSeconds = this.#prefill * MINUTE_SECONDS;
    return {
      started: requests,
      completed: sums.completed,
      islTokens: islTokens / requests,
      oslTokens: oslTokens / requests,
      ttftMs: (1000 * sums.ttftSeconds) / sums.firstTokens,
      itlMs: (1000 * sums.itlSeconds) / sums.completed,
      queueDepth: this.#waiting.length + this.#blocked.length,
      kvUsage: this.#decoding.kvUsage,
      concurrency: sums.insideSeconds / MINUTE_SECONDS,
      prefillBusy: prefillSeconds === 0 ? 0 : Math.min(1, sums.prefillBusySeconds / prefillSeconds),
    };
  }

  reset(): void {
    for (const line of [this.#waiting, this.#transferring, this.#blocked]) line.clear();
    this.#requests.clear();
    this.#replicas.clear();
    this.#decoding.clear();
    this.#prefill = 0;
    this.#time = 0;
    this.#tally = emptyTally();
    this.#sums = emptySums();
  }

  #lengthsOf(shape: RequestShape): DrawnLengths {
    if (this.#lengths?.shape === shape) return this.#lengths;
    const drawn = drawnLengths(shape, this.#engine.model.prefill);
    this.#lengths = drawn;
    return drawn;
  }

  #setPrefill(replicas: number): void {
    this.#prefill = replicas;
    this.#excessSince = this.#time;
    while (this.#waiting.length > 0 && this.#replicas.busy < replicas) this.#beginNext(this.#time);
  }

  #setDecode(replicas: number): void {
    this.#decoding.set(replicas, this.#time);
    if (this.#blocked.length > 0) this.#admitBlocked(this.#time);
  }

  #arrive(time: number, prompt: number, output: number, lengths: DrawnLengths): void {
    this.#countInside(time);
    const requests = this.#requests;
    const slot = requests.take();
    const islTokens = lengths.islTokens[prompt] ?? 0;
    const oslTokens = lengths.oslTokens[output] ?? 1;
    requests.arrival[slot] = time;
    requests.islTokens[slot] = islTokens;
    requests.oslTokens[slot] = oslTokens;
    requests.prefillSeconds[slot] = lengths.prefillSeconds[prompt] ?? 0;
    this.#tally.requests += 1;
    this.#arrived.requests += 1;
    this.#arrived.islTokens += islTokens;
    this.#arrived.oslTokens += oslTokens;
    if (this.#replicas.busy < this.#prefill) this.#begin(time, slot);
    else this.#waiting.push(slot);
  }

  #begin(time: number, slot: number): void {
    const seconds = this.#requests.prefillSeconds[slot] ?? 0;
    this.#sums.prefillBusySeconds += seconds;
    this.#replicas.start(time + seconds, slot);
  }

  /** The prompt that waits longest is begun, unless its client has gone. */
  #beginNext(time: number): void {
    const slot = this.#waiting.shift();
    if (time - (this.#requests.arrival[slot] ?? 0) > this.#giveUpSeconds) this.#abandon(slot, time);
    else this.#begin(time, slot);
  }

  /** Whatever happens up to `until`, in its order. */
  #runUntil(until: number): void {
    for (;;) {
      const finished = this.#replicas.next;
      const transferred =
        this.#transferring.length === 0
          ? Number.POSITIVE_INFINITY
          : (this.#requests.firstToken[this.#transferring.first()] ?? 0);
      if (this.#blocked.length > 0) {
        const freed = this.#decoding.next;
        if (freed <= Math.min(finished, transferred, until)) {
          this.#decodeUntil(freed);
          this.#admitBlocked(freed);
          continue;
        }
      }
      if (Math.min(finished, transferred) > until) break;
      if (finished <= transferred) this.#prefilled(finished);
      else this.#transferred(transferred);
    }
    this.#time = until;
  }

  #prefilled(time: number): void {
    const slot = this.#replicas.finish();
    const { busy } = this.#replicas;
    if (busy >= this.#prefill) {
      // One of those that take no more is done.
      this.#tally.prefillDraining += (time - this.#excessSince) * (busy + 1 - this.#prefill);
      this.#excessSince = time;
    }
    while (this.#waiting.length > 0 && this.#replicas.busy < this.#prefill) this.#beginNext(time);
    const ready = time + this.#transferSeconds;
    this.#requests.firstToken[slot] = ready;
    if (this.#transferSeconds > 0) this.#transferring.push(slot);
    else this.#ready(ready, slot);
  }

  #transferred(time: number): void {
    this.#ready(time, this.#transferring.shift());
  }

  #ready(time: number, slot: number): void {
    this.#decodeUntil(time);
    if (this.#blocked.length > 0 || !this.#admit(time, slot)) this.#blocked.push(slot);
  }

  /** Decode takes it, if any replica has room. */
  #admit(time: number, slot: number): boolean {
    if (!this.#decoding.admit(time, slot)) return false;
    this.#requests.firstToken[slot] = time;
    this.#sums.firstTokens += 1;
    this.#sums.ttftSeconds += time - (this.#requests.arrival[slot] ?? 0);
    return true;
  }

  #admitBlocked(time: number): void {
    while (this.#blocked.length > 0) {
      const slot = this.#blocked.first();
      const isGone = time - (this.#requests.arrival[slot] ?? 0) > this.#giveUpSeconds;
      if (isGone) this.#abandon(slot, time);
      else if (!this.#admit(time, slot)) return;
      this.#blocked.shift();
    }
  }

  #decodeUntil(time: number): void {
    this.#tally.decodeDraining += this.#decoding.runUntil(time);
  }

  #answered(slot: number, end: number): void {
    const requests = this.#requests;
    const firstToken = requests.firstToken[slot] ?? 0;
    const itl = (end - firstToken) / (requests.oslTokens[slot] ?? 1);
    const tally = this.#tally;
    if (this.#isHopeless(slot)) tally.hopeless += 1;
    else {
      const isTtftMissed = firstToken - (requests.arrival[slot] ?? 0) > this.#ttftSeconds;
      const isItlMissed = itl > this.#itlSeconds;
      if (isTtftMissed) tally.ttftMisses += 1;
      if (isItlMissed) tally.itlMisses += 1;
      if (isTtftMissed || isItlMissed) tally.missed += 1;
      else tally.attained += 1;
    }
    this.#sums.completed += 1;
    this.#sums.itlSeconds += itl;
    // Decode is looked at when something joins it, which may be after the end.
    this.#sums.insideSeconds -= Math.max(0, this.#insideSince - end);
    this.#countInside(Math.max(end, this.#insideSince));
    requests.release(slot);
  }

  #abandon(slot: number, time: number): void {
    if (this.#isHopeless(slot)) this.#tally.hopeless += 1;
    else this.#tally.abandoned += 1;
    this.#countInside(time);
    this.#requests.release(slot);
  }

  #isHopeless(slot: number): boolean {
    return (this.#requests.prefillSeconds[slot] ?? 0) + this.#transferSeconds > this.#ttftSeconds;
  }

  #countInside(time: number): void {
    this.#sums.insideSeconds += (time - this.#insideSince) * this.#requests.inside;
    this.#insideSince = time;
  }

  #endMinute(time: number): void {
    this.#decodeUntil(time);
    while (this.#waiting.length > 0) {
      if (time - (this.#requests.arrival[this.#waiting.first()] ?? 0) <= this.#giveUpSeconds) break;
      this.#abandon(this.#waiting.shift(), time);
    }
    this.#countInside(time);
    const excess = this.#replicas.busy - this.#prefill;
    if (excess > 0) {
      this.#tally.prefillDraining += (time - this.#excessSince) * excess;
      this.#excessSince = time;
    }
    this.#tally.decodeDraining += this.#decoding.drainedUntil(time);
  }
}
