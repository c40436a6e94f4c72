import * as z from 'zod';
import type { Digest } from '../digest.ts';
import { isDnsLabel, isDnsSubdomain } from '../names.ts';
import type { Problem } from '../problem.ts';
import { type Result, succeed } from '../result.ts';
import { isRepositoryPath, MAX_REPLICA_COUNT, SERVICE_NAME } from './limits.ts';
import { SCHEMA_VERSION } from './schema-version.ts';
import { schemaWords } from './schema-words.ts';

export const schemaVersion = z.literal(SCHEMA_VERSION);
export const digest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'must be "sha256:" and 64 hexadecimal digits') as unknown as z.ZodType<Digest>;
/** RFC 3339, UTC, as `Date.toISOString` writes it. */
export const timestamp = z.iso.datetime();
export const replicaCount = z.int().min(0).max(MAX_REPLICA_COUNT);
export const graphName = z.string().refine(isDnsSubdomain, 'must be a lower-case DNS name');
export const dnsLabel = z.string().refine(isDnsLabel, 'must be a lower-case DNS label');
export const serviceName = z.string().regex(SERVICE_NAME, 'must be the name of a service');
/** A path inside the repository: relative, with forward slashes, without `.` or `..` steps. */
export const repositoryPath = z
  .string()
  .min(1)
  .refine(isRepositoryPath, 'must be a relative path inside the repository, without ".." steps');

/** Checks a document against its schema; each finding names the field by its path. */
export function parseDocument<S extends z.ZodType>(schema: S, value: unknown, file: string): Result<z.output<S>> {
  const unfit = unfitPart(value);
  if (unfit !== undefined) return { ok: false, error: [{ code: 'schema', file, ...unfit }] };
  const parsed = schema.safeParse(value, { error: schemaWords });
  if (parsed.success) return succeed(parsed.data);
  const issues = strictest(parsed.error.issues);
  // Of a document of another kind everything else is wrong too, and nobody needs to hear it.
  const otherKind = issues.find(
    ({ path, code }) => path.length === 1 && path[0] === 'kind' && code === 'invalid_value',
  );
  return {
    ok: false,
    error: (otherKind === undefined ? issues : [otherKind]).flatMap((issue) => problemsOf(issue, [], file)),
  };
}

/** Levels of a document; a pod template in a graph has about twenty. Deeper ones would exhaust the stack of whoever walks them. */
const MOST_LEVELS = 200;

/** What no schema says of a document: a field `__proto__`, which they pass over in silence, and too many levels. */
function unfitPart(value: unknown, path = '', level = 0): Pick<Problem, 'path' | 'message'> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (level > MOST_LEVELS) return { message: `has more than ${MOST_LEVELS} levels, one inside another` };
  if (Array.isArray(value)) {
    // Rows of numbers are most of a recording, and have no fields.
    for (let index = 0; index < value.length; index += 1) {
      const item: unknown = value[index];
      if (typeof item !== 'object' || item === null) continue;
      const found = unfitPart(item, `${path}[${index}]`, level + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  for (const [key, item] of Object.entries(value)) {
    const place = path === '' ? key : `${path}.${key}`;
    if (key === '__proto__') return { path: place, message: 'is not a name that a field may have' };
    const found = unfitPart(item, place, level + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Text of a JSON document to a checked value; unreadable JSON is one problem with its position. */
export function parseJsonDocument<S extends z.ZodType>(schema: S, text: string, file: string): Result<z.output<S>> {
  const value = parseJson(text, file);
  return value.ok ? parseDocument(schema, value.value, file) : value;
}

/** Reads JSON of any shape; where it is none, the place and the reason, and nothing of the text. */
export function parseJson(text: string, file: string): Result<unknown> {
  if (text.trim() === '') {
    return { ok: false, error: [{ code: 'syntax', file, message: 'is empty: there is no JSON document in it' }] };
  }
  try {
    return succeed(JSON.parse(text));
  } catch (cause) {
    return { ok: false, error: [jsonProblem(cause instanceof Error ? cause.message : String(cause), text, file)] };
  }
}

/** Node.js counts characters where people count lines, and repeats a part of the text, which may be a secret. */
function jsonProblem(reason: string, text: string, file: string): Problem {
  const words = reason
    .replace(/ in JSON at position \d+.*$/s, '')
    .replace(/, (\.\.\.)?"[\s\S]*"(\.\.\.)? is not valid JSON$/, '');
  const message = `is not JSON: ${words}`;
  const offset = /at position (\d+)/.exec(reason)?.[1];
  if (offset === undefined) return { code: 'syntax', file, message };
  const before = text.slice(0, Number(offset)).split('\n');
  return { code: 'syntax', file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message };
}

/** A union says only that no form fits; what is wrong with the form that comes nearest is what helps. */
function problemsOf(issue: z.core.$ZodIssue, parents: readonly PropertyKey[], file: string): readonly Problem[] {
  const path = [...parents, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const branches = issue.errors.map(strictest);
    const nearest = branches.reduce((best, branch) => (branch.length < best.length ? branch : best));
    return nearest.flatMap((inner) => problemsOf(inner, path, file));
  }
  const shown = path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`))
    .join('');
  return [{ code: 'schema', file, ...(shown === '' ? {} : { path: shown }), message: messageOf(issue) }];
}

/** A whole number that breaks its own limit may break that of all whole numbers too: the nearer one is the one to say. */
function strictest<Issue extends z.core.$ZodIssue>(issues: readonly Issue[]): readonly Issue[] {
  return issues.filter((issue) => !issues.some((other) => isNearer(other, issue)));
}

function isNearer(one: z.core.$ZodIssue, other: z.core.$ZodIssue): boolean {
  if (one.path.join('\0') !== other.path.join('\0')) return false;
  if (one.code === 'too_big' && other.code === 'too_big') return one.maximum < other.maximum;
  return one.code === 'too_small' && other.code === 'too_small' && one.minimum > other.minimum;
}

/** A key that is no name is said by whoever knows names. */
function messageOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
}
