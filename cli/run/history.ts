import type { Problem, Result } from '../../api/index.ts';
import {
  documentMark,
  openRepository,
  type Repository,
  readHistory,
  resolveCommit,
  type TrackedNumber,
} from '../../gitops/index.ts';
import type { ManifestFile } from '../../manifests/index.ts';
import { candidateOf, type PlaceableGraph, selectGraphs } from '../../planner/index.ts';
import type { CommandRunner } from '../command.ts';
import { historyReport } from '../history/history-report.ts';
import { loadConfig } from '../load-config.ts';
import { done, failed } from '../outcome.ts';
import { loadFleet } from '../plan/load-fleet.ts';
import { planTime } from '../plan/plan-time.ts';
import { savePlan } from '../plan/save-plan.ts';
import { durationHours } from '../record/duration.ts';

export interface HistoryCall {
  readonly since: string;
  readonly at: string | undefined;
  readonly base: string | undefined;
  readonly out: string | undefined;
}

/** Reads what happened to the numbers of the configured graphs; the only file it writes is the history itself. */
export const runHistory: CommandRunner<HistoryCall> = async (call, context) => {
  const { cwd, env, log } = context;
  if (call.out === '') return failed([{ code: 'usage', message: '--out needs a file name' }]);
  const at = planTime(call.at, context.now());
  const hours = durationHours('--since', call.since);
  const [loaded, repository] = await Promise.all([loadConfig(cwd), openRepository(cwd, env)]);
  if (!at.ok || !hours.ok || !loaded.ok || !repository.ok) {
    return failed(problemsOf([at, hours, loaded, repository]));
  }
  const { config } = loaded.value;
  const [head, fleet] = await Promise.all([
    baseCommit(repository.value, call.base ?? config.proposals.base),
    loadFleet(cwd, config),
  ]);
  if (!head.ok || !fleet.ok) return failed(problemsOf([head, fleet]));
  const selected = selectGraphs(config, fleet.value.fleet);
  if (!selected.ok) return failed(selected.error);
  const candidates = selected.value.map(candidateOf);
  const problems = problemsOf(candidates);
  if (problems.length > 0) return failed(problems);
  const numbers = candidates.flatMap((candidate) =>
    candidate.ok && candidate.value.kind === 'candidate'
      ? trackedNumbers(candidate.value.graph, fleet.value.sources)
      : [],
  );
  const since = new Date(at.value.getTime() - hours.value * 3_600_000);
  const read = await readHistory(repository.value, head.value, numbers, since);
  if (!read.ok) return failed(read.error);
  const { history, cutAt } = read.value;
  if (cutAt !== undefined) {
    log(
      `this clone holds no commit before ${cutAt.toISOString()}, so the history starts there; fetch-depth: 0 of actions/checkout, or git fetch --unshallow, gets the rest`,
    );
  }
  if (call.out !== undefined) {
    const saved = await savePlan(cwd, call.out, history);
    if (!saved.ok) return failed(saved.error);
  }
  return done(historyReport(history, call.out));
};

/** A branch that only the remote has, as in a job that checks out one commit, counts too. */
async function baseCommit(repository: Repository, base: string): Promise<Result<string>> {
  const local = await resolveCommit(repository, base);
  if (local.ok) return local;
  const remote = await resolveCommit(repository, `origin/${base}`);
  return remote.ok ? remote : local;
}

/** Where the numbers of a graph are written now, and so where they are looked for in the past. */
function trackedNumbers(
  { member, name, namespace, environment }: PlaceableGraph,
  sources: ReadonlyMap<string, ManifestFile>,
): readonly TrackedNumber[] {
  return [...member.numbers].flatMap(([service, number]): readonly TrackedNumber[] => {
    const location = number.kind === 'located' ? number.locations[0] : undefined;
    const manifest = location === undefined ? undefined : sources.get(location.file);
    if (location === undefined || manifest === undefined) return [];
    const { file, path } = location;
    const document = documentMark(manifest, location.document, path);
    return document === undefined
      ? []
      : [{ deployment: name, namespace, environment, service, ...{ file, path, document } }];
  });
}

function problemsOf(results: readonly Result<unknown>[]): readonly Problem[] {
  return results.flatMap((result) => (result.ok ? [] : result.error));
}
