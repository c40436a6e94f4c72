interface Starting {
  readonly readyAt: number;
  readonly count: number;
}

/**
 * Replicas of one role. One that is ordered starts, and serves when it has; one that is taken away serves no more at once.
 * Times are seconds from any start.
 */
export class RoleReplicas {
  #serving: number;
  /** Oldest first. */
  #starting: readonly Starting[] = [];
  readonly #startUpSeconds: number;

  constructor(serving: number, startUpSeconds: number) {
    this.#serving = serving;
    this.#startUpSeconds = startUpSeconds;
  }

  /** Replicas that take work. */
  get serving(): number {
    return this.#serving;
  }

  /** Replicas that exist, those that are starting included. */
  get ordered(): number {
    return this.#starting.reduce((sum, { count }) => sum + count, this.#serving);
  }

  /** When the next replica serves; infinite where none is starting. */
  get nextReadyAt(): number {
    return this.#starting[0]?.readyAt ?? Number.POSITIVE_INFINITY;
  }

  /** What is starting goes first, and the newest of it, as a ReplicaSet deletes pods that are not ready before those that are. */
  order(at: number, wanted: number): void {
    this.settle(at);
    let surplus = this.ordered - wanted;
    if (surplus < 0) {
      this.#starting = [...this.#starting, { readyAt: at + this.#startUpSeconds, count: -surplus }];
      this.settle(at);
      return;
    }
    const kept: Starting[] = [];
    for (const one of [...this.#starting].reverse()) {
      const taken = Math.min(surplus, one.count);
      surplus -= taken;
      if (one.count > taken) kept.unshift({ ...one, count: one.count - taken });
    }
    this.#starting = kept;
    this.#serving -= surplus;
  }

  /** Lets serve what has started by then. */
  settle(at: number): void {
    if (this.nextReadyAt > at) return;
    for (const { readyAt, count } of this.#starting) if (readyAt <= at) this.#serving += count;
    this.#starting = this.#starting.filter(({ readyAt }) => readyAt > at);
  }
}
