import { parseJsonDocument, type Result, recordingSchema, succeed } from '../../../api/index.ts';
import type { TrafficColumn, TrafficColumns, TrafficSeries } from '../traffic-series.ts';
import { recordedSeries } from './recorded-series.ts';
import { type ScannedRows, scanRows } from './scan-rows.ts';

/** A recording as it is used: what is said about all of it, and the series of each graph. */
export interface ReadRecording {
  /** Where the numbers come from, in a sentence. */
  readonly source: string;
  readonly series: readonly TrafficSeries[];
}

/**
 * Reads the text of a recording. Rows are most of it, so they go from the text into packed columns; a text that is not
 * as `record` writes it is parsed as any JSON is, with the same outcome.
 */
export function readRecording(text: string, file: string): Result<ReadRecording> {
  return readPacked(text, file) ?? readPlainly(text, file);
}

function readPlainly(text: string, file: string): Result<ReadRecording> {
  const recording = parseJsonDocument(recordingSchema, text, file);
  if (!recording.ok) return recording;
  return succeed({ source: recording.value.source, series: recordedSeries(recording.value) });
}

/** A key that is not part of a string: a quote inside of one has a backslash before it. */
const ROWS_KEY = /(?<!\\)"buckets"[\t\n\r ]*:[\t\n\r ]*(?=\[)/g;

/** Undefined where anything is unusual. */
function readPacked(text: string, file: string): Result<ReadRecording> | undefined {
  const scanned: ScannedRows[] = [];
  const rest: string[] = [];
  let from = 0;
  ROWS_KEY.lastIndex = 0;
  for (let key = ROWS_KEY.exec(text); key !== null; key = ROWS_KEY.exec(text)) {
    const start = key.index + key[0].length;
    const rows = scanRows(text, start);
    if (rows === undefined) return undefined;
    scanned.push(rows);
    rest.push(text.slice(from, start), '[]');
    from = rows.end;
    ROWS_KEY.lastIndex = from;
  }
  rest.push(text.slice(from));
  const recording = parseJsonDocument(recordingSchema, rest.join(''), file);
  if (!recording.ok || recording.value.graphs.length !== scanned.length) return undefined;
  const isWhole = recording.value.graphs.every(({ columns }, index) => {
    const rows = scanned[index];
    return rows !== undefined && (rows.rows === 0 || rows.width === columns.length);
  });
  if (!isWhole) return undefined;
  const series = recordedSeries(recording.value).map((one, index): TrafficSeries => {
    const rows = scanned[index];
    const columns = recording.value.graphs[index]?.columns;
    if (rows === undefined || columns === undefined) return one;
    return { ...one, length: rows.rows, columns: unpacked(rows, columns) };
  });
  return succeed({ source: recording.value.source, series });
}

function unpacked({ cells, rows, width }: ScannedRows, names: readonly TrafficColumn[]): TrafficColumns {
  const columns: { [column in TrafficColumn]?: Float64Array } = {};
  for (const [position, name] of names.entries()) {
    const column = new Float64Array(rows);
    for (let row = 0; row < rows; row += 1) column[row] = cells[row * width + position] ?? Number.NaN;
    columns[name] = column;
  }
  return columns;
}
