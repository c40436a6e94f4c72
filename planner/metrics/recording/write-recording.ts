import { RECORDING_COLUMNS, SCHEMA_VERSION } from '../../../api/index.ts';
import { cellAt, type TrafficSeries } from '../traffic-series.ts';
import { isoTime } from '../traffic-windows.ts';

/**
 * The text of a recording, with a line a bucket, so that a diff shows which buckets changed. All series have the same
 * buckets, as everything that one call reads from a server has.
 * @param source where the numbers come from, in a sentence.
 */
export function recordingText(source: string, series: readonly [TrafficSeries, ...TrafficSeries[]]): string {
  const [first] = series;
  const head = {
    ...{ schemaVersion: SCHEMA_VERSION, kind: 'recording', source },
    ...{ start: isoTime(first.startMs), bucketSeconds: first.bucketSeconds },
  };
  const fields = Object.entries(head).map(([name, value]) => `  ${field(name, value)},\n`);
  return `{\n${fields.join('')}  "graphs": [\n${series.map(graphText).join(',\n')}\n  ]\n}\n`;
}

function graphText({ deployment, namespace, environment, model, columns, length, provenance }: TrafficSeries): string {
  const measured = RECORDING_COLUMNS.filter((name) => columns[name] !== undefined);
  const queries = measured.flatMap((name) => {
    const query = provenance.queries[name];
    return query === undefined ? [] : [`        ${field(name, query)}`];
  });
  const rows: string[] = [];
  for (let index = 0; index < length; index += 1) {
    rows.push(`        [${measured.map((name) => cellAt(columns[name], index) ?? 'null').join(', ')}]`);
  }
  return [
    '    {',
    `      ${field('deployment', deployment)},`,
    `      ${field('namespace', namespace)},`,
    ...(environment === undefined ? [] : [`      ${field('environment', environment)},`]),
    `      ${field('model', model)},`,
    `      "columns": [${measured.map((name) => JSON.stringify(name)).join(', ')}],`,
    ...(queries.length === 0 ? [] : ['      "queries": {', queries.join(',\n'), '      },']),
    '      "buckets": [',
    rows.join(',\n'),
    '      ]',
    '    }',
  ].join('\n');
}

function field(name: string, value: unknown): string {
  return `${JSON.stringify(name)}: ${JSON.stringify(value)}`;
}
