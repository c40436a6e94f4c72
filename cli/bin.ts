#!/usr/bin/env node
import { run } from './program.ts';

// Kept as they are: apps that synth runs are kept off both.
const exit = process.exit.bind(process);
const writeOutput = process.stdout.write.bind(process.stdout);

// A reader that went away (`| head`) ends the output, not the program with a trace.
process.stdout.on('error', (cause: NodeJS.ErrnoException) => exit(cause.code === 'EPIPE' ? 0 : 1));
// Progress that cannot be written is no reason to stop half-way.
process.stderr.on('error', () => undefined);

process.exitCode = await run(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  now: () => new Date(),
  stdout: (text) => void writeOutput(text),
  stderr: (text) => void process.stderr.write(text),
  isTerminal: process.stdout.isTTY === true,
  isInWorkflow: process.env.GITHUB_ACTIONS === 'true',
  onInterrupt,
});

/** Runs a clean-up before a signal ends the process, as the shell expects: 128 and the signal's number. */
function onInterrupt(cleanUp: () => void): () => void {
  const listeners = (['SIGINT', 'SIGTERM'] as const).map((signal) => {
    const listener = () => {
      cleanUp();
      exit(signal === 'SIGINT' ? 130 : 143);
    };
    process.once(signal, listener);
    return { signal, listener };
  });
  return () => {
    for (const { signal, listener } of listeners) process.off(signal, listener);
  };
}
