import { randomUUID } from 'node:crypto';
import { runAction } from './run-action.ts';

// The runner cancels a job with these; nothing that a command makes is left behind by the end of the process.
const onInterrupt = (cleanUp: () => void): (() => void) => {
  const listener = (): void => {
    cleanUp();
    process.exit(143);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, listener);
  return () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, listener);
  };
};

process.exitCode = await runAction({
  cwd: process.env.GITHUB_WORKSPACE ?? process.cwd(),
  env: process.env,
  now: () => new Date(),
  write: (text) => void process.stdout.write(text),
  token: randomUUID,
  onInterrupt,
});
