import { spawnSync } from 'node:child_process';

/** Something that is timed, in milliseconds. */
export interface Candidate {
  readonly name: string;
  readonly timeMs: () => number;
}

/** Median time of each candidate. */
export function medians(candidates: readonly Candidate[], rounds: number): readonly number[] {
  return timesOf(candidates, rounds).map(median);
}

/**
 * Times of each candidate by round. Every round runs all of them in turn, so that a busy machine slows all alike, and begins
 * with another one, so that none always follows the same.
 */
export function timesOf(candidates: readonly Candidate[], rounds: number): readonly (readonly number[])[] {
  const times = candidates.map((): number[] => []);
  for (let round = -1; round < rounds; round += 1) {
    candidates.forEach((_, turn) => {
      const index = (turn + round + 1) % candidates.length;
      const ms = candidates[index]?.timeMs() ?? Number.NaN;
      // The first round warms caches and the compiler.
      if (round >= 0) times[index]?.push(ms);
    });
  }
  return times;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function timeOf(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

export function timeOfCommand(words: readonly string[], cwd: string, env: NodeJS.ProcessEnv): number {
  const [command = '', ...rest] = words;
  const start = performance.now();
  const { status, stderr, error } = spawnSync(command, rest, { cwd, env, encoding: 'utf8', maxBuffer: 1 << 28 });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}${error ?? ''}`);
  return ms;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** A measured value beside the most, or least, that it may be. */
export class Targets {
  #lines: string[] = [];
  #allMet = true;

  atMost(what: string, value: number, limit: number, unit: string): void {
    this.#add(what, `${show(value)} ${unit}`, `at most ${limit} ${unit}`, value <= limit);
  }

  atLeast(what: string, value: number, limit: number): void {
    this.#add(what, `${show(value)} times`, `at least ${limit} times`, value >= limit);
  }

  get allMet(): boolean {
    return this.#allMet;
  }

  print(): string {
    return this.#lines.join('\n');
  }

  #add(what: string, value: string, limit: string, isMet: boolean): void {
    this.#allMet &&= isMet;
    this.#lines.push(`- ${isMet ? 'met' : 'MISSED'}: ${what}: ${value} (${limit})`);
  }
}

export function show(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
