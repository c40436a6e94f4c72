import type { DrawnRequests, WorkloadMinute } from '../../workload/index.ts';
import { CLASS_OF_LENGTH, CLASS_SHARES, CLASSES, type ShapeTable } from './shape-table.ts';

/** Cohorts of a second: the requests of a tenth of a second arrive together. */
export const COHORTS = 10;
const MINUTE_COHORTS = 60 * COHORTS;

/** Bound here, since a global is looked up at each use where tests run. */
const { floor } = Math;

/** What a minute brings: cohort by cohort for prefill, and windows of some of them for decode. */
export class SampledMinute {
  table: ShapeTable;
  requests = 0;
  promptTokens = 0;
  outputTokens = 0;
  /**
   * Three cells for each cohort, which are read together: its requests, their seconds of one prefill replica, and the part
   * of those that is ahead of the middle one of the requests.
   */
  readonly cohorts = new Float64Array(3 * MINUTE_COHORTS);
  windowCohorts = 1;
  readonly windows: SampledWindows = {
    count: new Float64Array(MINUTE_COHORTS),
    work: new Float64Array(MINUTE_COHORTS),
    position: new Float64Array(MINUTE_COHORTS),
    classes: new Float64Array(MINUTE_COHORTS * CLASSES),
    tokens: new Float64Array(MINUTE_COHORTS * CLASSES),
  };

  constructor(table: ShapeTable) {
    this.table = table;
  }

  /** @param drawnPerSecond requests of a second that are drawn one by one; where more arrive, so many stand for all */
  fill(
    minute: WorkloadMinute,
    table: ShapeTable,
    windowCohorts: number,
    requests: DrawnRequests,
    drawnPerSecond: number,
  ): void {
    this.table = table;
    this.windowCohorts = windowCohorts;
    this.cohorts.fill(0);
    this.windows.classes.fill(0);
    this.windows.tokens.fill(0);
    this.requests = 0;
    for (const [second, arrivals] of minute.arrivalsPerSecond.entries()) {
      if (arrivals === 0) continue;
      this.requests += arrivals;
      const drawn = Math.min(arrivals, drawnPerSecond);
      requests.draw(minute.seed, second, drawn);
      // The sum of many requests has the spread of few, wider by the root of how many each stands for.
      const spread = Math.sqrt(arrivals / drawn);
      if (arrivals > drawn) this.#addMean(second * COHORTS, (arrivals - drawn * spread) / COHORTS, minute);
      this.#addDrawn(second * COHORTS, drawn, spread, requests);
    }
    this.#sum();
  }

  /** So many of each cohort of a second that are all alike. */
  #addMean(start: number, each: number, { shape }: WorkloadMinute): void {
    const { table, cohorts, windowCohorts } = this;
    const { classes, tokens } = this.windows;
    for (let cohort = start; cohort < start + COHORTS; cohort += 1) {
      cohorts[3 * cohort] = each;
      cohorts[3 * cohort + 1] = each * table.meanPrefill;
    }
    const first = (start / windowCohorts) * CLASSES;
    for (let place = 0; place < (COHORTS / windowCohorts) * CLASSES; place += 1) {
      const share = each * windowCohorts * (CLASS_SHARES[place % CLASSES] ?? 0);
      classes[first + place] = share;
      tokens[first + place] = share * shape.islTokens;
    }
  }

  #addDrawn(start: number, drawn: number, spread: number, { arrival, prompt, output }: DrawnRequests): void {
    const { cohorts, windowCohorts } = this;
    const { classes, tokens } = this.windows;
    const { islTokens, prefillSeconds } = this.table;
    for (let one = 0; one < drawn; one += 1) {
      const cohort = start + floor((arrival[one] ?? 0) * COHORTS);
      const length = prompt[one] ?? 0;
      const place = floor(cohort / windowCohorts) * CLASSES + (CLASS_OF_LENGTH[output[one] ?? 0] ?? 0);
      const cell = 3 * cohort;
      cohorts[cell] = (cohorts[cell] ?? 0) + spread;
      cohorts[cell + 1] = (cohorts[cell + 1] ?? 0) + spread * (prefillSeconds[length] ?? 0);
      classes[place] = (classes[place] ?? 0) + spread;
      tokens[place] = (tokens[place] ?? 0) + spread * (islTokens[length] ?? 0);
    }
  }

  #sum(): void {
    const { cohorts, windowCohorts, windows } = this;
    for (let window = 0; window < MINUTE_COHORTS / windowCohorts; window += 1) {
      let [ofCount, ofWork, ofPosition] = [0, 0, 0];
      for (let place = 0; place < windowCohorts; place += 1) {
        const cell = 3 * (window * windowCohorts + place);
        const requests = cohorts[cell] ?? 0;
        const seconds = cohorts[cell + 1] ?? 0;
        cohorts[cell + 2] = requests > 1 ? (seconds * (requests - 1)) / (2 * requests) : 0;
        ofCount += requests;
        ofWork += seconds;
        ofPosition += requests * place;
      }
      windows.count[window] = ofCount;
      windows.work[window] = ofWork;
      windows.position[window] = ofPosition;
    }
    const { classTokens } = this.table;
    this.promptTokens = 0;
    this.outputTokens = 0;
    for (let cell = 0; cell < (MINUTE_COHORTS / windowCohorts) * CLASSES; cell += 1) {
      this.promptTokens += windows.tokens[cell] ?? 0;
      this.outputTokens += (windows.classes[cell] ?? 0) * (classTokens[cell % CLASSES] ?? 0);
    }
  }
}

/** Cohorts that arrive one after another, as sums over them. */
export interface SampledWindows {
  readonly count: Float64Array;
  readonly work: Float64Array;
  /** Of each request the place of its cohort in the window, from 0. */
  readonly position: Float64Array;
  /** Requests of each output class, {@link CLASSES} to a window. */
  readonly classes: Float64Array;
  /** Prompt tokens of the same. */
  readonly tokens: Float64Array;
}
