import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { digestOf, fail, type InputDigest, type Problem, type Result, succeed } from '../../api/index.ts';
import {
  cutFound,
  findSeries,
  type MetricsSource,
  type ReadRecording,
  readRecording,
  type SeriesRequest,
} from '../../planner/index.ts';
import { readInput } from '../files.ts';
import type { ReadDocument } from '../plan/read-document.ts';

/** Whether metrics are given as a folder of recordings rather than as one file. */
export async function isFolder(cwd: string, path: string): Promise<boolean> {
  return stat(resolve(cwd, path)).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

/** Where the recording of one graph is in a folder of them. */
export function recordingPath({ graph }: Pick<SeriesRequest, 'graph'>): string {
  return `${graph.environment}/${graph.namespace}/${graph.name}.json`;
}

/** Reads a recording with the digest of its bytes; `file` is the path as the user gave it. */
async function readRecordingFile(cwd: string, file: string): Promise<Result<ReadDocument<ReadRecording>>> {
  const bytes = await readInput(resolve(cwd, file), file);
  if (!bytes.ok) return bytes;
  const recording = readRecording(bytes.value, file);
  return recording.ok ? succeed({ value: recording.value, input: { file, digest: digestOf(bytes.value) } }) : recording;
}

/** Opens a folder of recordings; one that holds none at all is a mistake, not a fleet without data. */
export async function openRecordingFolder(cwd: string, folder: string): Promise<Result<MetricsSource>> {
  const hint = 'it needs a file <environment>/<namespace>/<graph>.json for each graph';
  const refuse = (message: string): Result<never> => fail({ code: 'not-found', file: folder, message, hint });
  const path = resolve(cwd, folder);
  if (dirname(path) === path) return refuse('is the root of a file system, not a folder of recordings');
  switch (await findRecording(path)) {
    case 'found':
      return succeed(recordingFolder(cwd, folder));
    case 'none':
      return refuse('is a folder without recordings');
    case 'too-many':
      return refuse(`has no recording among its first ${MOST_ENTRIES} files and folders`);
  }
}

/** More than any fleet has before its first recording is met, and soon looked through. */
const MOST_ENTRIES = 20_000;
/** Environment, namespace, graph. */
const LEVELS = 3;

/** Looks for one recording, no deeper than they lie; folders that may not be read hold none. */
async function findRecording(folder: string): Promise<'found' | 'none' | 'too-many'> {
  let left = MOST_ENTRIES;
  let folders: readonly string[] = [folder];
  for (let level = 1; level <= LEVELS; level += 1) {
    const deeper: string[] = [];
    for (const one of folders) {
      const entries = await readdir(one, { withFileTypes: true }).catch(() => []);
      left -= entries.length;
      if (left < 0) return 'too-many';
      if (level === LEVELS && entries.some(({ name }) => name.endsWith('.json'))) return 'found';
      deeper.push(...entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(one, name)));
    }
    folders = deeper;
  }
  return 'none';
}

/**
 * A folder with one recording for each graph, `<environment>/<namespace>/<graph>.json`, read when the graph is planned.
 * What is wrong with one file holds its graph and no other.
 */
function recordingFolder(cwd: string, folder: string): MetricsSource {
  const read = new Map<string, InputDigest['digest']>();
  return {
    description: 'recordings',
    async read(request) {
      const path = recordingPath(request);
      const file = join(folder, path);
      const document = await readRecordingFile(cwd, file);
      if (!document.ok) return succeed({ kind: 'unavailable', reason: wordsOf(document.error, file) });
      read.set(path, document.value.input.digest);
      return succeed(cutFound(findSeries(document.value.value.series, request.graph), request));
    },
    evidence: () => ({
      ...{ kind: 'graphs', file: folder, source: 'recordings' },
      graphs: [...read].map(([graph, digest]) => ({ graph, digest })),
    }),
  };
}

function wordsOf(problems: readonly Problem[], file: string): string {
  const [first] = problems;
  if (first === undefined || first.code === 'not-found') return `there is no recording ${file}`;
  return `the recording ${file} cannot be used: ${[first.path, first.message].filter(Boolean).join(' ')}`;
}
