import { isDeepStrictEqual } from 'node:util';
import type { Result } from '../../../api/index.ts';
import {
  isSourcedList,
  isSourcedMap,
  plain,
  type Sourced,
  type SourcedMap,
  SourcedNumber,
  sourcedMember,
} from '../sourced.ts';

const POSITION = /^(?:0|[1-9]\d{0,8})$/;

/** One operation of a JSON patch (RFC 6902), with the value that it brings. */
export interface JsonOperation {
  readonly op: string;
  readonly path: readonly string[];
  readonly from: readonly string[] | undefined;
  readonly value: Sourced | undefined;
}

/** The operations of a patch; undefined where it is none. */
export function jsonOperations(patch: Sourced): readonly JsonOperation[] | undefined {
  if (!isSourcedList(patch)) return undefined;
  const operations: JsonOperation[] = [];
  for (const item of patch) {
    const [op, path, from] = ['op', 'path', 'from'].map((key) => sourcedMember(item, key));
    if (typeof op !== 'string' || typeof path !== 'string') return undefined;
    operations.push({
      op,
      path: pointerSteps(path),
      from: typeof from === 'string' ? pointerSteps(from) : undefined,
      value: sourcedMember(item, 'value'),
    });
  }
  return operations;
}

/** The steps of a JSON pointer (RFC 6901). */
function pointerSteps(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The object after all operations, or the reason why kustomize would stop. */
export function applyJsonPatch(target: SourcedMap, operations: readonly JsonOperation[]): Result<SourcedMap, string> {
  let value: Sourced = target;
  for (const [index, operation] of operations.entries()) {
    const next = applied(value, withDoubt(operation, value, operations.slice(0, index)));
    if (!next.ok) return next;
    value = next.value;
  }
  return isSourcedMap(value) ? { ok: true, value } : { ok: false, error: 'a JSON patch replaces the whole object' };
}

/**
 * A position in a list names nothing: once somebody adds a component above, the same patch reaches another one. A number
 * that is written through one is only sure where the patch tests the name first.
 */
function withDoubt(operation: JsonOperation, value: Sourced, earlier: readonly JsonOperation[]): JsonOperation {
  if (operation.value === undefined) return operation;
  for (let depth = 0; depth < operation.path.length; depth += 1) {
    const list = atPointer(value, operation.path.slice(0, depth));
    const step = operation.path[depth];
    if (!isSourcedList(list) || step === undefined || !POSITION.test(step)) continue;
    const guard = [...operation.path.slice(0, depth + 1), 'name'];
    const isGuarded = earlier.some(({ op, path }) => op === 'test' && isDeepStrictEqual(path, guard));
    if (isGuarded) continue;
    const name = sourcedMember(list[Number(step)], 'name');
    const test = `- {op: test, path: /${guard.join('/')}, value: ${typeof name === 'string' ? name : '<name>'}}`;
    const doubt = `the JSON patch reaches it by its position in a list, and does not test whose it is; put ${test} before it`;
    return { ...operation, value: doubtful(operation.value, doubt) };
  }
  return operation;
}

function doubtful(value: Sourced, doubt: string): Sourced {
  if (value instanceof SourcedNumber) {
    const { place, means, overridden } = value;
    return new SourcedNumber(value.value, place, means, { doubt, overridden });
  }
  if (isSourcedList(value)) return value.map((item) => doubtful(item, doubt));
  if (isSourcedMap(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, member === undefined ? member : doubtful(member, doubt)]),
    );
  }
  return value;
}

function applied(value: Sourced, { op, path, from, value: given }: JsonOperation): Result<Sourced, string> {
  const where = `/${path.join('/')}`;
  const current = atPointer(value, path);
  const failed = (why: string): Result<never, string> => ({ ok: false, error: `a JSON patch ${why}` });
  switch (op) {
    case 'test':
      return isDeepStrictEqual(plain(current), plain(given))
        ? { ok: true, value }
        : failed(`tests that ${where} is ${JSON.stringify(plain(given))}, and it is ${JSON.stringify(plain(current))}`);
    case 'add':
      return written(value, path, given ?? null, 'insert');
    case 'replace':
      return current === undefined
        ? failed(`replaces ${where}, which is not there`)
        : written(value, path, given ?? null, 'put');
    case 'remove':
      return current === undefined
        ? failed(`removes ${where}, which is not there`)
        : written(value, path, undefined, 'put');
    case 'copy':
    case 'move': {
      const moved = from === undefined ? undefined : atPointer(value, from);
      if (from === undefined || moved === undefined) return failed(`takes a value from a place that is not there`);
      const rest = op === 'copy' ? { ok: true as const, value } : written(value, from, undefined, 'put');
      return rest.ok ? written(rest.value, path, moved, 'insert') : rest;
    }
    default:
      return failed(`has the operation "${op}", which is none`);
  }
}

function atPointer(value: Sourced | undefined, path: readonly string[]): Sourced | undefined {
  return path.reduce<Sourced | undefined>(
    (current, step) =>
      isSourcedList(current) ? (POSITION.test(step) ? current[Number(step)] : undefined) : sourcedMember(current, step),
    value,
  );
}

/** A copy with a value put at a path, or taken away where none is given. `insert` moves list items up. */
function written(
  value: Sourced | undefined,
  path: readonly string[],
  given: Sourced | undefined,
  how: 'insert' | 'put',
): Result<Sourced, string> {
  const [step, ...rest] = path;
  if (step === undefined) return { ok: true, value: given ?? null };
  const isLast = rest.length === 0;
  if (isSourcedList(value)) {
    const index = step === '-' ? value.length : POSITION.test(step) ? Number(step) : Number.NaN;
    if (!Number.isInteger(index) || index < 0 || index > value.length - (isLast && how === 'insert' ? 0 : 1)) {
      return { ok: false, error: `a JSON patch has the position ${step} in a list of ${value.length}` };
    }
    if (!isLast) {
      const inner = written(value[index], rest, given, how);
      return inner.ok ? { ok: true, value: value.with(index, inner.value) } : inner;
    }
    if (given === undefined) return { ok: true, value: value.toSpliced(index, 1) };
    if (how === 'insert') return { ok: true, value: value.toSpliced(index, 0, given) };
    return { ok: true, value: value.with(index, instead(given, value[index])) };
  }
  if (!isSourcedMap(value)) return { ok: false, error: `a JSON patch writes to /${step}, whose parent is not there` };
  const members = new Map(Object.entries(value));
  if (isLast) {
    if (given === undefined) members.delete(step);
    else members.set(step, instead(given, members.get(step)));
    return { ok: true, value: Object.fromEntries(members) };
  }
  const inner = written(members.get(step), rest, given, how);
  if (!inner.ok) return inner;
  members.set(step, inner.value);
  return { ok: true, value: Object.fromEntries(members) };
}

function instead(given: Sourced, before: Sourced | undefined): Sourced {
  return given instanceof SourcedNumber ? given.over(before) : given;
}
