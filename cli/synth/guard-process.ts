import { syncBuiltinESMExports } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { format } from 'node:util';

// Kept, since an app may take the global away. An import of node:process would make Node build all that is in it, the
// stream of standard input among it, which takes as long as loading this command.
const { process } = globalThis;

/** Runs one app and gives everything that it threw, at once, later or out of a promise that it does not wait for. */
export type GuardedRun = (run: () => Promise<void>) => Promise<readonly unknown[]>;

/**
 * Keeps apps from ending this process, from leaving it with a stack trace, and from writing to standard output, which is
 * for results. It stays in place, since an app's timers go on after its run: what one throws then is told by `tellLate`,
 * and ends the process as a failure. Files are written in one go, so that nothing is cut off.
 */
export function guardProcess(log: (line: string) => void, tellLate: (cause: unknown) => void): GuardedRun {
  const exit = process.exit.bind(process);
  const late = (cause: unknown): void => {
    tellLate(cause);
    exit(1);
  };
  let take = late;
  process.on('unhandledRejection', (cause) => take(cause));
  process.on('uncaughtException', (cause) => take(cause));
  process.exit = (code): never => {
    const cause = new Error(`called process.exit(${code ?? ''}); let an app end by itself, or throw what is wrong`);
    // It is noted even where the app catches it. Thrown late, it comes back as an uncaught exception.
    if (take !== late) take(cause);
    throw cause;
  };
  process.stdout.write = process.stderr.write.bind(process.stderr);
  // Modules that import { exit } from node:process have it too.
  syncBuiltinESMExports();

  return async (run) => {
    const failures = new Set<unknown>();
    take = (cause) => void failures.add(cause);
    try {
      await withConsole(log, () => untilNothingIsLeft(run()));
      // Node reports a promise that nobody waits for only after all that is due has run.
      await setImmediate();
    } catch (cause) {
      take(cause);
    } finally {
      take = late;
    }
    return [...failures];
  };
}

/** Fails when Node would end the process: what is waited for then never comes. */
async function untilNothingIsLeft(run: Promise<void>): Promise<void> {
  let giveUp = (): void => undefined;
  const nothingLeft = new Promise<never>((_, reject) => {
    giveUp = () => reject(new Error('waits for a promise that never settles'));
  });
  process.once('beforeExit', giveUp);
  try {
    await Promise.race([run, nothingLeft]);
  } finally {
    process.off('beforeExit', giveUp);
  }
}

/** Has the console's messages logged: they are silent where progress is. */
async function withConsole<T>(log: (line: string) => void, run: () => Promise<T>): Promise<T> {
  const target: Console = globalThis.console;
  const { log: original, info, debug } = target;
  const redirected = (...parts: unknown[]): void => log(format(...parts));
  Object.assign(target, { log: redirected, info: redirected, debug: redirected });
  try {
    return await run();
  } finally {
    Object.assign(target, { log: original, info, debug });
    // An app may have taken them away, and what comes next needs them.
    for (const [name, value] of Object.entries({ console: target, process })) {
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
  }
}
