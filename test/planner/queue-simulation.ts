/** An independent check of the formulas: request by request, with no formula in it. */

/** Random numbers in [0, 1) that are the same in every run (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Times between arrivals with this mean and squared variation: exponential at 1, a mix of two exponentials above. */
export function interarrivals(random: () => number, mean: number, variation: number): () => number {
  const exponential = (expected: number) => -Math.log(1 - random()) * expected;
  if (variation <= 1) return () => exponential(mean);
  const share = (1 + Math.sqrt((variation - 1) / (variation + 1))) / 2;
  return () => (random() < share ? exponential(mean / (2 * share)) : exponential(mean / (2 * (1 - share))));
}

export interface PrefillRun {
  readonly replicas: number;
  readonly nextGapMs: () => number;
  readonly nextServiceMs: () => number;
  readonly requests: number;
}

/** TTFT of each request, first come, first served, over identical engines; the first tenth warms up. */
export function simulatePrefill({ replicas, nextGapMs, nextServiceMs, requests }: PrefillRun): readonly number[] {
  const freeAt = new Float64Array(replicas);
  const ttft: number[] = [];
  let now = 0;
  for (let index = 0; index < requests; index += 1) {
    now += nextGapMs();
    let engine = 0;
    for (let other = 1; other < replicas; other += 1) {
      if ((freeAt[other] ?? 0) < (freeAt[engine] ?? 0)) engine = other;
    }
    const end = Math.max(now, freeAt[engine] ?? 0) + nextServiceMs();
    freeAt[engine] = end;
    if (index >= requests / 10) ttft.push(end - now);
  }
  return ttft;
}

export interface DecodeRun {
  readonly replicas: number;
  readonly nextGapMs: () => number;
  readonly nextTokens: () => number;
  readonly itlMs: (batch: number) => number;
  readonly requests: number;
}

/** Mean time between the tokens of each request; every engine gives all of its requests a token at a time. */
export function simulateDecode({ replicas, nextGapMs, nextTokens, itlMs, requests }: DecodeRun): readonly number[] {
  const engines = Array.from({ length: replicas }, () => ({ at: 0, tokens: 0, ends: [] as Running[] }));
  const means: number[] = [];
  const advance = (engine: (typeof engines)[number], until: number): void => {
    for (let next = engine.ends[0]; next !== undefined; next = engine.ends[0]) {
      const pace = itlMs(engine.ends.length);
      const end = engine.at + (next.lastToken - engine.tokens) * pace;
      if (end > until) break;
      engine.at = end;
      engine.tokens = next.lastToken;
      engine.ends.shift();
      if (next.counts) means.push((end - next.start) / next.length);
    }
    if (engine.ends.length > 0) engine.tokens += (until - engine.at) / itlMs(engine.ends.length);
    engine.at = until;
  };
  let now = 0;
  for (let index = 0; index < requests; index += 1) {
    now += nextGapMs();
    for (const engine of engines) advance(engine, now);
    const engine = engines.reduce((least, one) => (one.ends.length < least.ends.length ? one : least));
    const length = nextTokens();
    const running = { start: now, length, lastToken: engine.tokens + length, counts: index >= requests / 5 };
    const place = engine.ends.findIndex((other) => other.lastToken > running.lastToken);
    if (place < 0) engine.ends.push(running);
    else engine.ends.splice(place, 0, running);
  }
  return means;
}

interface Running {
  readonly start: number;
  readonly length: number;
  /** Count of the engine's steps after which it is done. */
  readonly lastToken: number;
  readonly counts: boolean;
}
