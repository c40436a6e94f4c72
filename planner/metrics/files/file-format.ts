import { AZURE_HEADER } from './trace/read-azure.ts';

/** What a file of metrics may be, as `--metrics-format` names it. */
export const METRICS_FORMATS = ['recording', 'csv', 'jsonl', 'mooncake', 'azure', 'openmetrics'] as const;
export type MetricsFormat = (typeof METRICS_FORMATS)[number];

/** The format of a file, from the end of its name and its first line; undefined where neither tells. */
export function formatOf(file: string, text: string): MetricsFormat | undefined {
  const extension = /\.([a-z]+)$/.exec(file.toLowerCase())?.[1];
  const start = text.slice(0, 4096).trimStart();
  const line = start.split('\n', 1)[0]?.trim() ?? '';
  const table = line === AZURE_HEADER ? 'azure' : 'csv';
  const objects = /"input_length"\s*:/.test(line) ? 'mooncake' : 'jsonl';
  switch (extension) {
    case 'json':
      return 'recording';
    case 'csv':
      return table;
    case 'jsonl':
    case 'ndjson':
      return objects;
    case 'prom':
    case 'om':
    case 'openmetrics':
      return 'openmetrics';
    default:
      return formatOfText(line, table, objects);
  }
}

function formatOfText(line: string, table: MetricsFormat, objects: MetricsFormat): MetricsFormat | undefined {
  if (line.startsWith('{')) return line.endsWith('}') ? objects : 'recording';
  if (line.startsWith('#') || line.startsWith('dynamo_')) return 'openmetrics';
  return /^"?[a-z_]+"?,/i.test(line) ? table : undefined;
}
