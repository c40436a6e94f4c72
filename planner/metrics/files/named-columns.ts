import { closestName } from '../../../api/closest-name.ts';
import { isDnsLabel, isDnsSubdomain, type Problem, type Result, succeed } from '../../../api/index.ts';
import type { TrafficColumn } from '../traffic-series.ts';
import { COLUMN_NAMES, type TableColumn, tableColumn } from './column-names.ts';
import { badCell, type Position, shown } from './file-problem.ts';
import { readNumber } from './read-number.ts';
import { readTime, TIME_HINT } from './read-time.ts';
import type { TableRow } from './table.ts';

type Label = (TableColumn & { readonly kind: 'label' })['label'];

export interface NamedCell extends Position {
  readonly text: string;
}

/** What a header says, so that it is looked up once; `seen` are the columns before it. */
export function namedColumn(file: string, cell: NamedCell, seen: readonly TableColumn[]): Result<TableColumn, Problem> {
  const column = tableColumn(cell.text);
  if (column === undefined) {
    const near = closestName(cell.text.slice(0, 100), COLUMN_NAMES);
    const hint =
      near === undefined ? 'docs/recordings.md lists the columns; leave others out' : `did you mean ${near}?`;
    return wrong(badCell(file, cell, `unknown column ${shown(cell.text)}`, hint));
  }
  const isSame = (other: TableColumn): boolean =>
    other.kind === column.kind &&
    (column.kind === 'time' ||
      (column.kind === 'label' && other.kind === 'label' && other.label === column.label) ||
      (column.kind === 'number' && other.kind === 'number' && other.column === column.column));
  if (seen.some(isSame))
    return wrong(badCell(file, cell, `column ${shown(cell.text)} stands twice, under one name or two`));
  return succeed(column);
}

/** A row of cells under their columns. */
export function namedRow(
  file: string,
  position: Position,
  cells: readonly (readonly [TableColumn, NamedCell])[],
): Result<TableRow, Problem> {
  let timeMs: number | undefined;
  const labels: { [label in Label]?: NamedCell } = {};
  const numbers: [TrafficColumn, number][] = [];
  const rates: TrafficColumn[] = [];
  for (const [column, cell] of cells) {
    switch (column.kind) {
      case 'time': {
        const time = readTime(cell.text.trim());
        if (!time.ok) return wrong(badCell(file, cell, `${shown(cell.text)} ${time.error}`, TIME_HINT));
        timeMs = time.value;
        break;
      }
      case 'label':
        if (cell.text !== '') labels[column.label] = cell;
        break;
      case 'number': {
        const number = readNumber(cell.text, column.factor === 'bucket-seconds' ? 1 : column.factor);
        if (!number.ok) return wrong(badCell(file, cell, `${column.column}: ${shown(cell.text)} ${number.error}`));
        numbers.push([column.column, number.value]);
        if (column.factor === 'bucket-seconds') rates.push(column.column);
        break;
      }
    }
  }
  if (timeMs === undefined) return wrong(badCell(file, position, 'has no timestamp', TIME_HINT));
  const { deployment, namespace, environment } = labels;
  const model = labels.model?.text;
  const row = { timeMs, model, cells: numbers, rates, position };
  if (deployment === undefined || namespace === undefined) {
    const named = deployment ?? namespace ?? environment;
    if (named === undefined) return succeed({ ...row, place: undefined });
    return wrong(badCell(file, named, 'a graph is named by deployment and namespace, and one of them is missing'));
  }
  const misnamed = [
    isDnsSubdomain(deployment.text) ? undefined : deployment,
    isDnsLabel(namespace.text) ? undefined : namespace,
    environment === undefined || isDnsLabel(environment.text) ? undefined : environment,
  ].find((cell) => cell !== undefined);
  if (misnamed !== undefined)
    return wrong(badCell(file, misnamed, `${shown(misnamed.text)} is not a name that Kubernetes accepts`));
  const place = { deployment: deployment.text, namespace: namespace.text, environment: environment?.text };
  return succeed({ ...row, place });
}

function wrong(problem: Problem): Result<never, Problem> {
  return { ok: false, error: problem };
}
