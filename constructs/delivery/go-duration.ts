import type { Duration } from '../cdk8s.ts';

/** A length of time as Argo CD and Flux read it, in its largest whole unit: `90s`, `10m`, `1h`. */
export function goDuration(duration: Duration): string {
  const seconds = duration.toSeconds({ integral: false });
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}

/** What is wrong with a length of time that has to be positive and in whole seconds. */
export function durationFinding(property: string, duration: Duration | undefined): readonly string[] {
  if (duration === undefined) return [];
  const seconds = duration.toSeconds({ integral: false });
  return Number.isSafeInteger(seconds) && seconds > 0
    ? []
    : [`${property} is ${seconds} seconds; it must be whole seconds, at least 1`];
}
