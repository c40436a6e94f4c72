import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
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
  const names = await readdir(resolve(cwd, folder), { recursive: true });
  if (names.some((name) => name.endsWith('.json'))) return succeed(recordingFolder(cwd, folder));
  const hint = 'it needs a file <environment>/<namespace>/<graph>.json for each graph';
  return fail({ code: 'not-found', file: folder, message: 'is a folder without recordings', hint });
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
