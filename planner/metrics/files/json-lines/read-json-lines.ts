import { isObject, type JsonObject, type Problem, type Result, succeed } from '../../../../api/index.ts';
import type { TableColumn } from '../column-names.ts';
import { badCell, shown } from '../file-problem.ts';
import type { ReadFile } from '../file-series.ts';
import { type NamedCell, namedColumn, namedRow } from '../named-columns.ts';
import { Table } from '../table.ts';
import { eachLine, type TextLine } from '../text-lines.ts';

/** Reads an object a line, one a bucket of a graph, with the names of the columns as keys. */
export function readJsonLines(text: string, file: string, singleSeconds: number): Result<ReadFile> {
  const table = new Table(file);
  const read = eachLine(text, file, (line) => {
    const object = objectOf(line, file);
    if (!object.ok) return object.error;
    const cells: (readonly [TableColumn, NamedCell])[] = [];
    for (const [name, value] of Object.entries(object.value)) {
      const position = { line: line.line, column: columnOf(line.text, name) };
      const column = namedColumn(
        file,
        { text: name, ...position },
        cells.map(([one]) => one),
      );
      if (!column.ok) return column.error;
      if (value !== null && typeof value !== 'number' && typeof value !== 'string') {
        return badCell(file, position, `${shown(name)} is neither a number nor text nor null`);
      }
      cells.push([column.value, { text: value === null ? '' : String(value), ...position }]);
    }
    const row = namedRow(file, { line: line.line, column: 1 }, cells);
    return row.ok ? table.add(row.value) : row.error;
  });
  if (!read.ok) return read;
  const series = table.series(singleSeconds);
  return series.ok ? succeed({ source: 'JSON lines', series: series.value }) : series;
}

/** The object of a line. */
export function objectOf({ text, line }: TextLine, file: string): Result<JsonObject, Problem> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return succeed(value);
  } catch {
    // Said below: what is wrong with a line of JSON is seen by looking at it.
  }
  return { ok: false, error: badCell(file, { line, column: 1 }, `${shown(text)} is not an object in JSON`) };
}

/** Where a key is, at best: the first place where it stands in quotes. */
export function columnOf(text: string, name: string): number {
  return Math.max(0, text.indexOf(JSON.stringify(name))) + 1;
}
