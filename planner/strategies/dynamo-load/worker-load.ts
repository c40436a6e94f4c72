/** What one data-parallel rank of a worker reported of its last forward pass, and of what waits for the next. */
export interface RankLoad {
  readonly worker: string;
  readonly rank: number;
  readonly scheduled: QueueLoad;
  readonly queued: QueueLoad;
}

export interface QueueLoad {
  readonly prefillRequests: number;
  readonly prefillTokens: number;
  readonly decodeRequests: number;
  readonly decodeKvTokens: number;
}

/** Ranks grouped by their worker, in the order in which workers first appear. */
export function byWorker(ranks: readonly RankLoad[]): readonly (readonly RankLoad[])[] {
  const groups = new Map<string, RankLoad[]>();
  for (const load of ranks) groups.set(load.worker, [...(groups.get(load.worker) ?? []), load]);
  return [...groups.values()];
}

/**
 * Whether reports cover a deployment: as many workers as are ready, and the same ranks of each.
 * Source: `reconcile_fpm_worker_count`, Dynamo 2026-08.
 */
export function coversWorkers(reports: readonly Pick<RankLoad, 'worker' | 'rank'>[], readyWorkers: number): boolean {
  const workers = new Set(reports.map(({ worker }) => worker));
  const ranks = new Set(reports.map(({ rank }) => rank));
  const pairs = new Set(reports.map(({ worker, rank }) => JSON.stringify([worker, rank])));
  return workers.size === readyWorkers && pairs.size === workers.size * ranks.size;
}

/** KV tokens that a rank holds or is about to. */
export function decodeKvTokens({ scheduled, queued }: RankLoad): number {
  return scheduled.decodeKvTokens + queued.decodeKvTokens;
}
