import type { MinuteMetrics } from './policy.ts';

/** The newest minutes, and no more of them. */
export class NewestMinutes {
  readonly #count: number;
  #minutes: MinuteMetrics[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  push(minute: MinuteMetrics): void {
    this.#minutes.push(minute);
    if (this.#minutes.length > this.#count) this.#minutes.shift();
  }

  /** Oldest first. */
  get minutes(): readonly MinuteMetrics[] {
    return this.#minutes;
  }

  get isFull(): boolean {
    return this.#minutes.length === this.#count;
  }
}
