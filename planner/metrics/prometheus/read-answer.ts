import { isObject, type JsonObject, singleLine } from '../../../api/index.ts';
import { COLUMN_LABEL, type RangeQuery } from './range-query.ts';

/** The points of an answer, or what is wrong with it, as the end of a sentence about the server. */
export type ReadAnswer<Name extends string> =
  | { readonly kind: 'cells'; readonly cells: ReadonlyMap<Name, Float64Array> }
  | { readonly kind: 'unusable'; readonly why: string };

/**
 * Reads the body of an answer, which is not trusted: what was not asked for, comes twice, is off the grid or is only a part
 * makes all of it unusable, since nobody can tell what else is wrong.
 * @param names what the query asked for.
 * @returns one packed column for each name that came, NaN where a point is missing.
 */
export function readAnswer<Name extends string>(
  text: string,
  query: RangeQuery,
  names: ReadonlySet<Name>,
): ReadAnswer<Name> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return unusable(looksLikeHtml(text) ? 'answered with a web page, not with data' : 'sent an answer that is no JSON');
  }
  if (!isObject(document)) return unusable('sent an answer that is not of the Prometheus API');
  if (document.status !== 'success') return unusable(`answered with an error: ${shown(document.error)}`);
  const partial = partialWarning(document);
  if (partial !== undefined) return unusable(`sent only a part of the data: ${partial}`);
  const { data } = document;
  if (!isObject(data)) return unusable('sent an answer without data');
  if (data.resultType !== 'matrix') return unusable(`sent a ${shown(data.resultType)} where a matrix was asked for`);
  if (!Array.isArray(data.result)) return unusable('sent a result that is no list of series');

  const cells = new Map<Name, Float64Array>();
  for (const series of data.result as readonly unknown[]) {
    const name = isObject(series) && isObject(series.metric) ? series.metric[COLUMN_LABEL] : undefined;
    const asked = [...names].find((one) => one === name);
    if (!isObject(series) || asked === undefined) return unusable(`sent a series that was not asked for`);
    if (cells.has(asked)) return unusable(`sent ${asked} twice`);
    const column = readPoints(series.values, query);
    if (typeof column === 'string') return unusable(`sent ${asked} ${column}`);
    cells.set(asked, column);
  }
  return { kind: 'cells', cells };
}

/** Points at their places in the grid, or what is wrong with them. */
function readPoints(values: unknown, { firstEndMs, lastEndMs, stepSeconds }: RangeQuery): Float64Array | string {
  if (!Array.isArray(values)) return 'without values';
  const stepMs = stepSeconds * 1000;
  const length = (lastEndMs - firstEndMs) / stepMs + 1;
  const column = new Float64Array(length).fill(Number.NaN);
  let newest = -1;
  for (const point of values as readonly unknown[]) {
    if (!Array.isArray(point) || point.length !== 2) return 'with a value that is no pair of time and number';
    const [seconds, written] = point as readonly unknown[];
    const value = numberOf(written);
    if (typeof seconds !== 'number' || value === undefined) return 'with a value that is no number';
    const place = (Math.round(seconds * 1000) - firstEndMs) / stepMs;
    if (!Number.isInteger(place) || place < 0 || place >= length) return 'with a time that was not asked for';
    if (place <= newest) return 'with times out of order';
    newest = place;
    column[place] = value;
  }
  return column;
}

/** A sample as Prometheus writes it; what is infinite or not a number is a quotient by zero, which measures nothing. */
function numberOf(text: unknown): number | undefined {
  if (text === 'NaN' || text === '+Inf' || text === '-Inf') return Number.NaN;
  if (typeof text !== 'string' || !/^[-+]?[0-9.]+(e[-+]?[0-9]+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/**
 * Why an answer holds only a part, undefined where it holds all. Thanos says so in warnings, VictoriaMetrics in
 * `isPartial`; warnings of the query language itself begin with `PromQL` and take nothing away.
 */
function partialWarning({ warnings, isPartial }: JsonObject): string | undefined {
  if (isPartial === true) return 'some of its storage did not answer';
  if (!Array.isArray(warnings)) return undefined;
  const told = warnings.find((one) => typeof one !== 'string' || !one.startsWith('PromQL '));
  return told === undefined ? undefined : shown(told);
}

export function looksLikeHtml(text: string): boolean {
  return /^\s*<(!doctype|html|head|body|\?xml)/i.test(text.slice(0, 1000));
}

/** A server's own words, short and on one line. */
export function shown(words: unknown): string {
  const text = singleLine(typeof words === 'string' ? words : (JSON.stringify(words) ?? 'nothing'));
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function unusable(why: string): { readonly kind: 'unusable'; readonly why: string } {
  return { kind: 'unusable', why };
}
