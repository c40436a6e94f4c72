import { fail, type Result } from '../../../api/index.ts';
import { readCsv } from './csv/read-csv.ts';
import type { MetricsFormat } from './file-format.ts';
import type { ReadFile } from './file-series.ts';
import { readJsonLines } from './json-lines/read-json-lines.ts';
import { readOpenMetrics } from './openmetrics/read-openmetrics.ts';
import { readAzure } from './trace/read-azure.ts';
import { readMooncake } from './trace/read-mooncake.ts';

export interface FileSetting {
  readonly format: Exclude<MetricsFormat, 'recording'>;
  /** Length of the buckets that a trace is cut into, and of a bucket that stands alone. */
  readonly bucketSeconds: number;
  /** When a trace begins, milliseconds since 1970. */
  readonly traceStartMs: number | undefined;
}

/** Reads a file of metrics that is not a recording. */
export function readMetricsFile(text: string, file: string, setting: FileSetting): Result<ReadFile> {
  const { format, bucketSeconds, traceStartMs } = setting;
  switch (format) {
    case 'csv':
      return readCsv(text, file, bucketSeconds);
    case 'jsonl':
      return readJsonLines(text, file, bucketSeconds);
    case 'openmetrics':
      return readOpenMetrics(text, file, bucketSeconds);
    case 'mooncake':
    case 'azure': {
      if (traceStartMs === undefined) {
        const message = 'is a trace, which tells time from its own start';
        return fail({ code: 'usage', file, message, hint: 'pass --trace-start 2026-11-02T09:30:00Z' });
      }
      const trace = { startMs: traceStartMs, bucketSeconds };
      return format === 'mooncake' ? readMooncake(text, file, trace) : readAzure(text, file, trace);
    }
  }
}
