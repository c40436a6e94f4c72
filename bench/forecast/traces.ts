import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A quantity of a real trace, and the part of it that forecasts are judged on. */
export interface Trace {
  readonly name: string;
  readonly values: Float64Array;
  readonly bucketSeconds: number;
  readonly leadBuckets: number;
  /** The newest so many buckets. */
  readonly judgedBuckets: number;
}

/** Reads the traces of a folder; the README beside them says where they come from. */
export function readTraces(folder: string): readonly Trace[] {
  const mLarge = readTable(join(folder, 'servegen_m-large_10min_week1.csv'));
  const reasoning = readTable(join(folder, 'servegen_deepseek-r1_10min.csv'));
  const burst = readTable(join(folder, 'burstgpt_week1_1min.csv'));
  const conversation = readTable(join(folder, 'azure2023_conv_1min.csv'));
  const tenMinutes = { bucketSeconds: 600, leadBuckets: 2 };
  const days = (count: number, bucketSeconds: number): number => (count * 86_400) / bucketSeconds;
  const product = (table: Table, one: string, other: string): Float64Array =>
    Float64Array.from(table.rows, (row) => table.cell(row, one) * table.cell(row, other));
  return [
    {
      name: 'm-large requests',
      values: Float64Array.from(mLarge.rows, (row) => mLarge.cell(row, 'rps')),
      ...tenMinutes,
      judgedBuckets: days(4, 600),
    },
    {
      name: 'm-large prompt tokens',
      values: product(mLarge, 'rps', 'isl_mean'),
      ...tenMinutes,
      judgedBuckets: days(4, 600),
    },
    {
      name: 'm-large output tokens',
      values: product(mLarge, 'rps', 'osl_mean'),
      ...tenMinutes,
      judgedBuckets: days(4, 600),
    },
    {
      name: 'deepseek-r1 output tokens',
      values: product(reasoning, 'rps', 'osl_mean'),
      ...tenMinutes,
      judgedBuckets: days(0.5, 600),
    },
    {
      name: 'BurstGPT tokens',
      values: meansOf(
        Float64Array.from(burst.rows, (row) => burst.cell(row, 'total_tokens') / 60),
        5,
      ),
      bucketSeconds: 300,
      leadBuckets: 3,
      judgedBuckets: days(4, 300),
    },
    {
      name: 'Azure conversation requests',
      values: Float64Array.from(conversation.rows, (row) => conversation.cell(row, 'requests') / 60),
      bucketSeconds: 60,
      leadBuckets: 3,
      judgedBuckets: 30,
    },
  ];
}

interface Table {
  readonly rows: readonly (readonly string[])[];
  cell(row: readonly string[], column: string): number;
}

function readTable(file: string): Table {
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  const columns = new Map(head.split(',').map((name, index) => [name, index]));
  return {
    rows: lines.map((line) => line.split(',')),
    cell(row, column) {
      const text = row[columns.get(column) ?? -1];
      return text === undefined || text === '' ? Number.NaN : Number(text);
    },
  };
}

/** Means of so many buckets each; a trace has no gaps, so every minute counts. */
function meansOf(values: Float64Array, width: number): Float64Array {
  return Float64Array.from({ length: Math.floor(values.length / width) }, (_, index) => {
    const slice = values.subarray(index * width, (index + 1) * width);
    return slice.reduce((sum, value) => sum + value, 0) / width;
  });
}
