import type { SimulationTotals } from '../simulator/index.ts';
import type { RequestOutcome, WorstWindow } from './policy-result.ts';

const WINDOW_MINUTES = 5;
/** A window that keeps less of its requests is a poor one. */
const POOR = 0.95;

const NOTHING: RequestOutcome = {
  ...{ requests: 0, attained: 0, ttftMisses: 0, itlMisses: 0, abandoned: 0, hopeless: 0 },
};

/** Adds up what became of requests, minute by minute, and how windows of five minutes fared. */
export class Tally {
  #outcome = NOTHING;
  #window = { startMs: 0, minutes: 0, requests: 0, attained: 0 };
  #windows = 0;
  #poor = 0;
  #worst: WorstWindow | undefined;

  add(startMs: number, before: SimulationTotals, after: SimulationTotals): void {
    const attained = after.attained - before.attained;
    const abandoned = after.abandoned - before.abandoned;
    const requests = attained + abandoned + after.missed - before.missed;
    const { ttftMisses, itlMisses, hopeless, ...sums } = this.#outcome;
    this.#outcome = {
      requests: sums.requests + requests,
      attained: sums.attained + attained,
      ttftMisses: ttftMisses + after.ttftMisses - before.ttftMisses + abandoned,
      itlMisses: itlMisses + after.itlMisses - before.itlMisses,
      abandoned: sums.abandoned + abandoned,
      hopeless: hopeless + after.hopeless - before.hopeless,
    };
    const window = this.#window;
    this.#window = {
      startMs: window.minutes === 0 ? startMs : window.startMs,
      minutes: window.minutes + 1,
      requests: window.requests + requests,
      attained: window.attained + attained,
    };
    if (this.#window.minutes === WINDOW_MINUTES) this.#closeWindow();
  }

  get outcome(): RequestOutcome {
    return this.#outcome;
  }

  /** Share of the windows with traffic that were poor; 0 where there were none. */
  get poorWindows(): number {
    return this.#windows === 0 ? 0 : this.#poor / this.#windows;
  }

  get worstWindow(): WorstWindow | undefined {
    return this.#worst;
  }

  #closeWindow(): void {
    const { startMs, requests, attained } = this.#window;
    this.#window = { startMs: 0, minutes: 0, requests: 0, attained: 0 };
    // The fluid form answers fractions of a request long after the last one.
    if (requests < 1) return;
    const attainment = attained / requests;
    this.#windows += 1;
    if (attainment < POOR) this.#poor += 1;
    if (this.#worst === undefined || attainment < this.#worst.attainment) this.#worst = { startMs, attainment };
  }
}
