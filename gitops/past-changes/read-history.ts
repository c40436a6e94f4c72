import { type History, type ReplicaChange, type Result, SCHEMA_VERSION, succeed } from '../../api/index.ts';
import { type ManifestFile, readManifest } from '../../manifests/index.ts';
import {
  type LoggedCommit,
  logFiles,
  type Repository,
  readObjects,
  readTreeFiles,
  shallowEnd,
} from '../repository/index.ts';
import { type CommitOrigin, commitOrigin, isProposed } from './commit-origin.ts';
import { readNumber, type TrackedNumber } from './tracked-number.ts';

export interface ReadHistory {
  readonly history: History;
  /** When the clone starts, where it was cut short within the time that was asked for. */
  readonly cutAt: Date | undefined;
}

/**
 * What happened to numbers on a branch since a time: the numbers themselves, as each merged commit left them, whoever wrote
 * it. A number that could not be read for a while changes with the commit that makes it readable again.
 */
export async function readHistory(
  repository: Repository,
  head: string,
  numbers: readonly TrackedNumber[],
  since: Date,
): Promise<Result<ReadHistory>> {
  const files = [...new Set(numbers.map(({ file }) => file))].sort();
  const [log, cut] = await Promise.all([logFiles(repository, head, files, since), shallowEnd(repository, head)]);
  if (!log.ok) return log;
  if (!cut.ok) return cut;
  const commits = log.value.toReversed();
  const [contents, origins] = await Promise.all([readContents(repository, commits), readOrigins(repository, commits)]);
  if (!contents.ok) return contents;
  if (!origins.ok) return origins;
  const changes = changesOf(commits, numbers, contents.value, origins.value);
  const cutAt = cut.value === undefined || cut.value * 1000 < since.getTime() ? undefined : new Date(cut.value * 1000);
  // Nobody knows what the oldest commit of a shallow clone changed.
  const known = cutAt === undefined ? since : new Date(cutAt.getTime() + 1000);
  return succeed({
    cutAt,
    history: {
      ...{ schemaVersion: SCHEMA_VERSION, kind: 'history', head, since: isoSeconds(known) },
      changes: cutAt === undefined ? changes : changes.filter(({ at }) => Date.parse(at) >= known.getTime()),
    },
  });
}

function changesOf(
  commits: readonly LoggedCommit[],
  numbers: readonly TrackedNumber[],
  contents: ReadonlyMap<string, ManifestFile>,
  origins: ReadonlyMap<string, CommitOrigin>,
): ReplicaChange[] {
  const changes: ReplicaChange[] = [];
  const last = new Map<TrackedNumber, number | undefined>();
  const inFile = new Map<string, TrackedNumber[]>();
  for (const number of numbers) inFile.set(number.file, [...(inFile.get(number.file) ?? []), number]);
  for (const { commit, atSeconds, files } of commits) {
    for (const { file, before, after } of files) {
      for (const number of inFile.get(file) ?? []) {
        const { deployment, namespace, environment, service } = number;
        const from = last.get(number) ?? readAt(contents, before, number);
        const to = readAt(contents, after, number);
        // A graph that was taken away and comes back starts anew.
        last.set(number, after === undefined ? undefined : (to ?? from));
        if (from === undefined || to === undefined || from === to) continue;
        const change = { deployment, namespace, environment, service, from, to };
        const origin = origins.get(commit);
        const isBot = origin !== undefined && isProposed(origin, change);
        changes.push({
          at: isoSeconds(new Date(atSeconds * 1000)),
          ...change,
          commit,
          ...(isBot && origin.planId !== undefined ? { planId: origin.planId } : {}),
          author: isBot ? 'bot' : 'human',
        });
      }
    }
  }
  return changes;
}

function readAt(
  contents: ReadonlyMap<string, ManifestFile>,
  object: string | undefined,
  number: TrackedNumber,
): number | undefined {
  return object === undefined ? undefined : readNumber(contents.get(object), number);
}

/** Every state of the files, by the name of its object, each read once. */
async function readContents(
  repository: Repository,
  commits: readonly LoggedCommit[],
): Promise<Result<ReadonlyMap<string, ManifestFile>>> {
  const names = new Map<string, string>();
  for (const { files } of commits) {
    for (const { file, before, after } of files) {
      for (const object of [before, after]) if (object !== undefined) names.set(object, file);
    }
  }
  const stored = [...names].map(([object, path]) => ({ object, path, bytes: 0 }));
  const read = await readTreeFiles(repository, stored);
  if (!read.ok) return read;
  const contents = new Map<string, ManifestFile>();
  stored.forEach(({ object, path }, index) => {
    const bytes = read.value[index];
    const manifest = bytes === undefined ? undefined : readManifest(path, bytes).manifest;
    if (manifest !== undefined) contents.set(object, manifest);
  });
  return succeed(contents);
}

/** What the messages say: of a commit itself, and of the commit that it merged. */
async function readOrigins(
  repository: Repository,
  commits: readonly LoggedCommit[],
): Promise<Result<ReadonlyMap<string, CommitOrigin>>> {
  const named = commits.map(({ commit, parents: [, merged] }) => merged ?? commit);
  const read = await readObjects(repository, named);
  if (!read.ok) return read;
  const origins = new Map<string, CommitOrigin>();
  commits.forEach(({ commit }, index) => {
    const bytes = read.value[index];
    if (bytes !== undefined) origins.set(commit, commitOrigin(Buffer.from(bytes).toString('utf8')));
  });
  return succeed(origins);
}

function isoSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
