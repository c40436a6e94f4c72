import type { EngineSpec } from '../../engine/index.ts';
import { DecodeReplica } from './decode-replica.ts';
import type { Requests } from './requests.ts';

/** All decode replicas: those that take requests, and those that only finish what they have. */
export class DecodeReplicas {
  #serving: DecodeReplica[] = [];
  #draining: DecodeReplica[] = [];
  readonly #engine: EngineSpec;
  readonly #requests: Requests;
  readonly #answered: (slot: number, end: number) => void;

  /** @param answered is told of each request that has its last token, and when */
  constructor(engine: EngineSpec, requests: Requests, answered: (slot: number, end: number) => void) {
    this.#engine = engine;
    this.#requests = requests;
    this.#answered = answered;
  }

  /** Share of the KV caches of those that take requests in use. */
  get kvUsage(): number {
    const room = this.#serving.length * this.#engine.model.decode.maxKvTokens;
    const used = this.#serving.reduce((sum, replica) => sum + replica.kvTokens, 0);
    return room === 0 ? 0 : Math.min(1, used / room);
  }

  clear(): void {
    this.#serving = [];
    this.#draining = [];
  }

  /** So many take requests from now on. */
  set(replicas: number, time: number): void {
    while (this.#serving.length > replicas) {
      const replica = this.#serving.pop();
      if (replica === undefined || replica.batch === 0) continue;
      replica.drainingSince = time;
      this.#draining.push(replica);
    }
    while (this.#serving.length < replicas) {
      this.#serving.push(new DecodeReplica(this.#engine.model.decode, this.#engine.maxBatch));
    }
  }

  /** The replica whose tokens come fastest takes it, if any has room. */
  admit(time: number, slot: number): boolean {
    const islTokens = this.#requests.islTokens[slot] ?? 0;
    const oslTokens = this.#requests.oslTokens[slot] ?? 1;
    const { maxKvTokens } = this.#engine.model.decode;
    const needed = islTokens + oslTokens / 2;
    let fastest: DecodeReplica | undefined;
    for (const replica of this.#serving) {
      if (fastest !== undefined && replica.stepSeconds >= fastest.stepSeconds) continue;
      if (replica.batch >= this.#engine.maxBatch) continue;
      if (replica.reservedTokens + needed > maxKvTokens && replica.batch > 0) continue;
      fastest = replica;
    }
    fastest?.join(time, slot, islTokens, oslTokens);
    return fastest !== undefined;
  }

  /** When the next request of those that take more is done. */
  get next(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const replica of this.#serving) if (replica.next < next) next = replica.next;
    return next;
  }

  /** Lets end what does by then. @returns replica-seconds of draining that ended with it. */
  runUntil(time: number): number {
    for (const replica of this.#serving) while (replica.next <= time) this.#finish(replica);
    if (this.#draining.length === 0) return 0;
    let drained = 0;
    for (const replica of this.#draining) {
      while (replica.next <= time) {
        const end = replica.next;
        this.#finish(replica);
        if (replica.batch === 0) drained += end - replica.drainingSince;
      }
    }
    this.#draining = this.#draining.filter(({ batch }) => batch > 0);
    return drained;
  }

  /** @returns replica-seconds of those that drain still, since they were last asked for. */
  drainedUntil(time: number): number {
    let drained = 0;
    for (const replica of this.#draining) {
      drained += time - replica.drainingSince;
      replica.drainingSince = time;
    }
    return drained;
  }

  #finish(replica: DecodeReplica): void {
    const end = replica.next;
    const slot = replica.finish();
    replica.release(this.#requests.islTokens[slot] ?? 0, this.#requests.oslTokens[slot] ?? 1);
    this.#answered(slot, end);
  }
}
