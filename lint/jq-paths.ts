import { isObject, type JsonValue, valueAt } from '../api/index.ts';

export type DocumentSteps = readonly (string | number)[];

/** A place that an expression has come to. */
interface Spot {
  readonly path: DocumentSteps;
  readonly value: JsonValue | undefined;
}

type Filter = (spot: Spot) => readonly Spot[];

/**
 * Places in a document that a jq path expression leads to, as in Argo CD's `jqPathExpressions`. Fields, indices, `[]`,
 * `..`, pipes, commas, and `select` with comparisons, `has`, `and`, `or` and `not` are read; undefined for all else.
 */
export function jqPaths(expression: string, document: JsonValue): readonly DocumentSteps[] | undefined {
  const tokens = tokensOf(expression);
  if (tokens === undefined || tokens.length > LONGEST) return undefined;
  // One walk over everything is as much work as a document is long; a walk in a walk is that squared.
  if (tokens.filter((token) => token === '..').length > 1) return undefined;
  const reader = { tokens, at: 0 };
  const filter = readPipe(reader);
  if (filter === undefined || reader.at < tokens.length) return undefined;
  return filter({ path: [], value: document }).map(({ path }) => path);
}

/** Nobody writes longer ones, and each parenthesis is a call within a call. */
const LONGEST = 500;

const TOKEN = /\s*(\.\.|"(?:[^"\\]|\\.)*"|==|!=|[.[\]()|,?]|-?\d+|[A-Za-z_][A-Za-z0-9_]*)/y;

function tokensOf(text: string): readonly string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) return undefined;
    tokens.push(token);
  }
  return tokens;
}

interface Reader {
  readonly tokens: readonly string[];
  at: number;
}

function take(reader: Reader, token: string): boolean {
  if (reader.tokens[reader.at] !== token) return false;
  reader.at += 1;
  return true;
}

function readPipe(reader: Reader): Filter | undefined {
  let whole = readComma(reader);
  while (whole !== undefined && take(reader, '|')) {
    const first: Filter = whole;
    const next = readComma(reader);
    whole = next === undefined ? undefined : (spot) => distinct(first(spot).flatMap(next));
  }
  return whole;
}

/** A place that is come to in two ways is one place, or each pipe would multiply them. */
function distinct(spots: readonly Spot[]): readonly Spot[] {
  return [...new Map(spots.map((spot) => [JSON.stringify(spot.path), spot])).values()];
}

function readComma(reader: Reader): Filter | undefined {
  let whole = readPath(reader);
  while (whole !== undefined && take(reader, ',')) {
    const first: Filter = whole;
    const next = readPath(reader);
    whole = next === undefined ? undefined : (spot) => distinct([...first(spot), ...next(spot)]);
  }
  return whole;
}

function readPath(reader: Reader): Filter | undefined {
  const start = readStart(reader);
  if (start === undefined) return undefined;
  let whole: Filter = start;
  for (;;) {
    if (take(reader, '?')) continue;
    const step = readStep(reader);
    if (step === 'none') return whole;
    if (step === undefined) return undefined;
    const first = whole;
    whole = (spot) => first(spot).flatMap(step);
  }
}

function readStart(reader: Reader): Filter | undefined {
  if (take(reader, '..')) return everything;
  if (take(reader, '(')) {
    const inner = readPipe(reader);
    return take(reader, ')') ? inner : undefined;
  }
  if (take(reader, 'select')) return readSelect(reader);
  if (!take(reader, '.')) return undefined;
  const token = reader.tokens[reader.at];
  const name = token === undefined ? undefined : nameOf(token);
  if (name === undefined) return (spot) => [spot];
  reader.at += 1;
  return (spot) => child(spot, name);
}

function readStep(reader: Reader): Filter | 'none' | undefined {
  if (take(reader, '[')) return readBrackets(reader);
  if (!take(reader, '.')) return 'none';
  if (take(reader, '[')) return readBrackets(reader);
  const name = nameOf(reader.tokens[reader.at] ?? '');
  if (name === undefined) return undefined;
  reader.at += 1;
  return (spot) => child(spot, name);
}

function readBrackets(reader: Reader): Filter | undefined {
  if (take(reader, ']')) return children;
  const token = reader.tokens[reader.at] ?? '';
  reader.at += 1;
  if (!take(reader, ']')) return undefined;
  if (/^-?\d+$/.test(token)) return (spot) => item(spot, Number(token));
  const name = token.startsWith('"') ? nameOf(token) : undefined;
  return name === undefined ? undefined : (spot) => child(spot, name);
}

function nameOf(token: string): string | undefined {
  const literal = literalOf(token);
  if (typeof literal?.value === 'string') return literal.value;
  return /^[A-Za-z_]/.test(token) ? token : undefined;
}

function literalOf(token: string): { readonly value: JsonValue } | undefined {
  if (!/^("|-?\d|(true|false|null)$)/.test(token)) return undefined;
  try {
    return { value: JSON.parse(token) as JsonValue };
  } catch {
    return undefined;
  }
}

type Condition = (spot: Spot) => boolean;

function readSelect(reader: Reader): Filter | undefined {
  if (!take(reader, '(')) return undefined;
  const condition = readEither(reader);
  if (condition === undefined || !take(reader, ')')) return undefined;
  return (spot) => (condition(spot) ? [spot] : []);
}

function readEither(reader: Reader): Condition | undefined {
  let whole = readBoth(reader);
  while (whole !== undefined && take(reader, 'or')) {
    const first: Condition = whole;
    const next = readBoth(reader);
    whole = next === undefined ? undefined : (spot) => first(spot) || next(spot);
  }
  return whole;
}

function readBoth(reader: Reader): Condition | undefined {
  let whole = readComparison(reader);
  while (whole !== undefined && take(reader, 'and')) {
    const first: Condition = whole;
    const next = readComparison(reader);
    whole = next === undefined ? undefined : (spot) => first(spot) && next(spot);
  }
  return whole;
}

function readComparison(reader: Reader): Condition | undefined {
  if (take(reader, 'has')) {
    if (!take(reader, '(')) return undefined;
    const name = literalOf(reader.tokens[reader.at] ?? '')?.value;
    reader.at += 1;
    if (typeof name !== 'string' || !take(reader, ')')) return undefined;
    return negated(reader, ({ value }) => valueAt(value, name) !== undefined);
  }
  const left = readPath(reader);
  if (left === undefined) return undefined;
  const first = (spot: Spot) => left(spot)[0]?.value ?? null;
  const isEqual = take(reader, '==');
  if (!isEqual && !take(reader, '!='))
    return negated(reader, (spot) => ![null, false].includes(first(spot) as boolean | null));
  const literal = literalOf(reader.tokens[reader.at] ?? '');
  reader.at += 1;
  return literal === undefined ? undefined : (spot) => (first(spot) === literal.value) === isEqual;
}

function negated(reader: Reader, condition: Condition): Condition | undefined {
  if (!take(reader, '|')) return condition;
  return take(reader, 'not') ? (spot) => !condition(spot) : undefined;
}

function child({ path, value }: Spot, name: string): readonly Spot[] {
  return value === undefined || value === null || isObject(value)
    ? [{ path: [...path, name], value: valueAt(value, name) }]
    : [];
}

function item({ path, value }: Spot, index: number): readonly Spot[] {
  const list = Array.isArray(value) ? (value as readonly JsonValue[]) : [];
  const position = index < 0 ? list.length + index : index;
  return [{ path: [...path, position], value: list[position] }];
}

function children({ path, value }: Spot): readonly Spot[] {
  if (Array.isArray(value))
    return (value as readonly JsonValue[]).map((one, index) => ({ path: [...path, index], value: one }));
  return isObject(value) ? Object.entries(value).map(([name, one]) => ({ path: [...path, name], value: one })) : [];
}

function everything(spot: Spot): readonly Spot[] {
  return [spot, ...children(spot).flatMap(everything)];
}
