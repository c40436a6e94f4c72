import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, formatProblem, type JsonValue, type Result, succeed } from '../../api/index.ts';
import { type Answer, differenceBetween } from './compare.ts';
import { type Exclusion, exclusionOf, readExclusions } from './exclusions.ts';
import { REPLAYS } from './functions/index.ts';
import { type ProfileOptions, type Profiles, profilesOf } from './profiles.ts';
import { PythonError } from './python.ts';
import { parseRow, type Row } from './row.ts';

/** What rows are evaluated with. */
export interface Bench {
  readonly profiles: Profiles;
  readonly exclusions: readonly Exclusion[];
}

const DEFAULT_TOLERANCE = 1e-9;

export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'excluded'; readonly reason: string }
  | { readonly kind: 'failed'; readonly message: string };

export interface Evaluated {
  readonly file: string;
  readonly id: string;
  readonly function: string;
  readonly outcome: Outcome;
}

/** Replays every row of every `*.jsonl` in a folder, in the order of the files' names. */
export function evaluateFolder(options: ProfileOptions): Result<readonly Evaluated[]> {
  let names: readonly string[];
  try {
    names = readdirSync(options.folder).filter((name) => name.endsWith('.jsonl'));
  } catch {
    return fail({ code: 'not-found', file: options.folder, message: 'cannot be read as a folder' });
  }
  if (names.length === 0) return fail({ code: 'not-found', file: options.folder, message: 'holds no *.jsonl file' });
  const bench = { profiles: profilesOf(options), exclusions: readExclusions(options.root) };
  return succeed(
    [...names].sort().flatMap((file) => evaluateFile(file, readFileSync(join(options.folder, file), 'utf8'), bench)),
  );
}

function evaluateFile(file: string, text: string, bench: Bench): readonly Evaluated[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const row = parseRow(line, `${file}:${index + 1}`);
    if (row.ok)
      return [{ file, id: row.value.id, function: row.value.function, outcome: evaluateRow(row.value, bench) }];
    const message = row.error.map(formatProblem).join('; ');
    return [{ file, id: `line ${index + 1}`, function: 'unreadable', outcome: { kind: 'failed', message } }];
  });
}

export function evaluateRow(row: Row, { profiles, exclusions }: Bench): Outcome {
  const exclusion = exclusionOf(exclusions, row);
  if (exclusion !== undefined) return { kind: 'excluded', reason: exclusion.reason };
  const replay = REPLAYS.get(row.function);
  if (replay === undefined) return { kind: 'failed', message: `there is no function "${row.function}"` };
  let actual: Answer;
  try {
    actual = replay(row.input, profiles);
  } catch (error) {
    if (!(error instanceof PythonError)) return { kind: 'failed', message: String(error) };
    actual = { error: error.name, ...error.facts };
  }
  const [expected, compared] =
    row.function === 'seed.prometheus.queries' ? [textsIn(row.expected), textsIn(actual)] : [row.expected, actual];
  const difference = differenceBetween(expected, compared, row.tolerance ?? DEFAULT_TOLERANCE);
  if (difference === undefined) return { kind: 'passed' };
  return { kind: 'failed', message: `${difference}: expected ${show(row.expected)}, got ${show(actual)}` };
}

/** The queries alone, sorted: how a recorder lists them is not the planner's behaviour. */
function textsIn(value: Answer): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value)
    .flatMap((member: JsonValue | undefined) => textsIn(member))
    .sort();
}

const LONGEST_SHOWN = 400;

function show(value: Answer): string {
  const text = JSON.stringify(value, (_, member) =>
    typeof member === 'number' && !Number.isFinite(member) ? String(member) : member,
  );
  return text === undefined || text.length <= LONGEST_SHOWN ? String(text) : `${text.slice(0, LONGEST_SHOWN)}…`;
}
