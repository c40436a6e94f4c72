import { CLASSES, type ShapeTable } from './shape-table.ts';
import { stepWait } from './step-wait.ts';

/** What the wait for the step that runs means for the tokens of each output class, for as long as the load is alike. */
export class ClassWaits {
  /** Mean wait, in steps. */
  steps = 0.5;
  /** How much longer than a step a token takes for it, in steps, beyond that wait over an output as long as the class. */
  readonly ofToken = new Float64Array(CLASSES);
  /** One over the standard deviation of the same, with what replicas differ in. */
  readonly perSpread = new Float64Array(CLASSES);

  /** @param perStep requests that join one replica while it takes a step */
  set(replicas: number, perStep: number, table: ShapeTable): void {
    const wait = stepWait(replicas, perStep);
    this.steps = wait.mean;
    table.setWaits(wait, this.ofToken, this.perSpread);
  }

  copy(from: ClassWaits): void {
    this.steps = from.steps;
    this.ofToken.set(from.ofToken);
    this.perSpread.set(from.perSpread);
  }
}
