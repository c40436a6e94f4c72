import { normalProbability } from '../../../queueing/index.ts';
import type { SimulatedSla } from '../simulation.ts';
import type { ClassWaits } from './class-waits.ts';
import type { DecodeCohorts } from './decode-cohorts.ts';
import type { DecodeStep } from './decode-step.ts';
import { CLASSES } from './shape-table.ts';

/** Requests that leave in one step of decode, as sums over them. */
export class Departures {
  requests = 0;
  /** Each times when it left. */
  leftAt = 0;
  /** Of those that are judged: all, those in time for the first token, for those after it, and for both. */
  judged = 0;
  inTime = 0;
  kept = 0;
  attained = 0;
  itlSeconds = 0;
  promptTokens = 0;
  outputTokens = 0;
  /** What the clock said when each joined. */
  joinClocks = 0;

  /**
   * Lets go whose output the clock has passed.
   * @param sla target of the time between tokens
   */
  take(cohorts: DecodeCohorts, waits: ClassWaits, step: DecodeStep, sla: SimulatedSla): void {
    const { end, seconds, pace, clock, passed } = step;
    const target = sla.itlMs / 1000;
    const { mask, heads, width, cells } = cohorts;
    const { ofToken, perSpread: perSpreads } = waits;
    // What a module or a parameter holds is looked up or unwrapped at each use, which the inmost loop is too hot for.
    const [classes, far, cellsPerDeviation, probabilities] = [CLASSES, FAR, CELLS_PER_DEVIATION, PROBABILITIES];
    const start = end - seconds;
    const before = clock - passed;
    const perPace = 1 / pace;
    const rows = cohorts.end;
    let requests = 0;
    let leftAt = 0;
    let ofJudged = 0;
    let ofInTime = 0;
    let kept = 0;
    let attained = 0;
    let itlSeconds = 0;
    let promptTokens = 0;
    let outputTokens = 0;
    let joinClocks = 0;
    let oldest = rows;
    for (let place = 0; place < classes; place += 1) {
      const ofClass = 8 + place * 4;
      let row = heads[place] ?? 0;
      const wait = pace * (ofToken[place] ?? 0);
      const perSpread = (perSpreads[place] ?? 0) * perPace;
      for (; row < rows; row += 1) {
        const at = (row & mask) * width;
        const cell = at + ofClass;
        const leavesAt = cells[cell] ?? 0;
        if (leavesAt > clock) break;
        const count = cells[cell + 2] ?? 0;
        if (count === 0) continue;
        const since = cells[at] ?? 0;
        // The clock passed it inside of this step.
        const left = leavesAt > before ? start + pace * (leavesAt - before) : start;
        const itl = (left > since ? left - since : 0) * (cells[cell + 1] ?? 0) + wait;
        const countJudged = count * (cells[at + 2] ?? 0);
        const countInTime = count * (cells[at + 3] ?? 0);
        const deviations = (target - itl) * perSpread;
        const share =
          deviations >= far
            ? 1
            : deviations <= -far
              ? 0
              : (probabilities[((deviations + far) * cellsPerDeviation + 0.5) | 0] ?? 0);
        ofJudged += countJudged;
        ofInTime += countInTime;
        kept += countJudged * share;
        attained += countInTime * share;
        requests += count;
        leftAt += count * left;
        itlSeconds += count * itl;
        promptTokens += cells[cell + 3] ?? 0;
        const joinedAt = cells[at + 1] ?? 0;
        outputTokens += count * (leavesAt - joinedAt);
        joinClocks += count * joinedAt;
      }
      heads[place] = row;
      if (row < oldest) oldest = row;
    }
    cohorts.first = oldest;
    this.requests = requests;
    this.leftAt = leftAt;
    this.judged = ofJudged;
    this.inTime = ofInTime;
    this.kept = kept;
    this.attained = attained;
    this.itlSeconds = itlSeconds;
    this.promptTokens = promptTokens;
    this.outputTokens = outputTokens;
    this.joinClocks = joinClocks;
  }
}

/** Probabilities of a standard normal variable to stay below −{@link FAR} to {@link FAR}. */
const FAR = 4;
const CELLS_PER_DEVIATION = 64;
const PROBABILITIES = Float64Array.from({ length: 2 * FAR * CELLS_PER_DEVIATION + 1 }, (_, index) =>
  normalProbability(index / CELLS_PER_DEVIATION - FAR),
);
