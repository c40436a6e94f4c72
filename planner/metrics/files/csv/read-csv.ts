import { fail, type Result, succeed } from '../../../../api/index.ts';
import type { TableColumn } from '../column-names.ts';
import { badCell } from '../file-problem.ts';
import type { ReadFile } from '../file-series.ts';
import { namedColumn, namedRow } from '../named-columns.ts';
import { Table } from '../table.ts';
import { eachRecord } from './csv-records.ts';

/** Reads a table with a header, a row a bucket of a graph. @param singleSeconds length of a bucket of a single row. */
export function readCsv(text: string, file: string, singleSeconds: number): Result<ReadFile> {
  const table = new Table(file);
  let header: TableColumn[] | undefined;
  const read = eachRecord(text, file, (cells) => {
    const [first] = cells;
    if (first === undefined) return undefined;
    if (header === undefined) {
      header = [];
      for (const cell of cells) {
        const column = namedColumn(file, cell, header);
        if (!column.ok) return column.error;
        header.push(column.value);
      }
      return undefined;
    }
    if (cells.length !== header.length) {
      return badCell(file, first, `has ${cells.length} cells, and the header has ${header.length}`);
    }
    const columns = header;
    const row = namedRow(
      file,
      first,
      cells.flatMap((cell, index) => {
        const column = columns[index];
        return column === undefined ? [] : [[column, cell] as const];
      }),
    );
    return row.ok ? table.add(row.value) : row.error;
  });
  if (!read.ok) return read;
  const series = table.series(singleSeconds);
  return series.ok ? succeed({ source: 'CSV file', series: series.value }) : fail(...series.error);
}
