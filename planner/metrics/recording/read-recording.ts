import { fail, parseJsonDocument, type Result, recordingSchema, succeed } from '../../../api/index.ts';
import type { TrafficColumn, TrafficColumns, TrafficSeries } from '../traffic-series.ts';
import { recordedSeries } from './recorded-series.ts';
import { type ScannedRows, scanRows, skipSpace } from './scan-rows.ts';

/** A recording as it is used: what is said about all of it, and the series of each graph. */
export interface ReadRecording {
  /** Where the numbers come from, in a sentence. */
  readonly source: string;
  readonly series: readonly TrafficSeries[];
}

/**
 * Reads a recording. Rows are most of it, so they go from the bytes into packed columns; what is not as `record` writes
 * it is parsed as any JSON is, with the same outcome.
 * @param content UTF-8, or its text.
 */
export function readRecording(content: Uint8Array | string, file: string): Result<ReadRecording> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const packed = readPacked(bytes, file);
  if (packed !== undefined) return packed;
  const text = typeof content === 'string' ? content : textOf(content);
  return text === undefined
    ? fail({ code: 'unreadable', file, message: 'is not UTF-8 text' })
    : readPlainly(text, file);
}

function readPlainly(text: string, file: string): Result<ReadRecording> {
  const recording = parseJsonDocument(recordingSchema, text, file);
  if (!recording.ok) return recording;
  return succeed({ source: recording.value.source, series: recordedSeries(recording.value) });
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const ROWS_KEY = '"buckets"';
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN = 0x5b;

/** Undefined where anything is unusual. */
function readPacked(bytes: Uint8Array, file: string): Result<ReadRecording> | undefined {
  const scanned: ScannedRows[] = [];
  const rest: string[] = [];
  let from = 0;
  for (let start = rowsStart(bytes, from); start !== undefined; start = rowsStart(bytes, from)) {
    const rows = scanRows(bytes, start);
    const text = textOf(bytes.subarray(from, start));
    if (rows === undefined || text === undefined) return undefined;
    scanned.push(rows);
    rest.push(text, '[]');
    from = rows.end;
  }
  const last = textOf(bytes.subarray(from));
  if (last === undefined) return undefined;
  const recording = parseJsonDocument(recordingSchema, [...rest, last].join(''), file);
  if (!recording.ok || recording.value.graphs.length !== scanned.length) return undefined;
  const isWhole = recording.value.graphs.every(({ columns }, index) => {
    const rows = scanned[index];
    return rows !== undefined && (rows.rows === 0 || rows.columns.length === columns.length);
  });
  if (!isWhole) return undefined;
  const series = recordedSeries(recording.value).map((one, index): TrafficSeries => {
    const rows = scanned[index];
    const columns = recording.value.graphs[index]?.columns;
    if (rows === undefined || columns === undefined) return one;
    return { ...one, length: rows.rows, columns: named(rows, columns) };
  });
  return succeed({ source: recording.value.source, series });
}

/** Where the next list of rows begins, behind a key that is not part of a string: a quote inside of one has a backslash before it. */
function rowsStart(bytes: Uint8Array, from: number): number | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let key = buffer.indexOf(ROWS_KEY, from); key >= 0; key = buffer.indexOf(ROWS_KEY, key + 1)) {
    const colon = skipSpace(bytes, key + ROWS_KEY.length);
    if (bytes[key - 1] === BACKSLASH || bytes[colon] !== COLON) continue;
    const start = skipSpace(bytes, colon + 1);
    if (bytes[start] === OPEN) return start;
  }
  return undefined;
}

function named(rows: ScannedRows, names: readonly TrafficColumn[]): TrafficColumns {
  const columns: { [column in TrafficColumn]?: Float64Array } = {};
  for (const [position, name] of names.entries()) columns[name] = rows.columns[position] ?? new Float64Array(0);
  return columns;
}
