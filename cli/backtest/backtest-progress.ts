import type { CommandContext } from '../context.ts';

/** Milliseconds after which somebody who waits wants to know how far it is, and between two such lines. */
const PATIENCE_MS = 1000;
/** Shares that are worth a line. */
const TELL_EACH = 0.1;

/** Runs steps to their end and says on stderr how far it is, where that takes long enough to wonder. */
export function runSteps<Result>(
  steps: Generator<{ readonly done: number; readonly all: number }, Result>,
  what: string,
  { now, log }: Pick<CommandContext, 'now' | 'log'>,
): Result {
  let last = now().getTime();
  let next = TELL_EACH;
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    const { done, all } = step.value;
    const current = now().getTime();
    if (current - last < PATIENCE_MS || done < next * all || done === all) continue;
    last = current;
    next = TELL_EACH * (1 + Math.floor(done / all / TELL_EACH));
    log(`${what}: ${Math.floor((100 * done) / all)} % …`);
  }
}
