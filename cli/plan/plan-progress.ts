import type { CommandContext } from '../context.ts';

/** Milliseconds after which somebody who waits wants to know how far it is, and between two such lines. */
const PATIENCE_MS = 1000;

/** Tells on stderr how many graphs are done, when that takes long enough to wonder. */
export function planProgress(
  { now, log }: Pick<CommandContext, 'now' | 'log'>,
  verb = 'planned',
): (done: number, all: number) => void {
  let last = now().getTime();
  return (done, all) => {
    const current = now().getTime();
    if (current - last < PATIENCE_MS || done === all) return;
    last = current;
    log(`${verb} ${done} of ${all} graphs …`);
  };
}
