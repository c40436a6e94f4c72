import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';
import { addPrometheusOptions, type PrometheusOptions, prometheusChoice } from '../metrics/prometheus/options.ts';

interface RecordOptions extends PrometheusOptions {
  readonly since?: string;
  readonly at?: string;
  readonly graph: readonly string[];
  readonly out: string;
}

const OUT = `
An --out that ends in .json is one file for all graphs; anything else is a folder with
<environment>/<namespace>/<graph>.json. plan --metrics reads both.`;

export const registerRecord: RegisterCommand = (program, dispatch) => {
  addPrometheusOptions(
    program
      .command('record')
      .description('metrics of a server into recordings, which plan reads offline and git keeps'),
  )
    .requiredOption('--out <file>', 'file or folder to write')
    .option(
      '--since <duration>',
      'how far to look back, such as 7d, 36h or 90m (default: metrics.historyHours of the config, as far as plan does)',
    )
    .option('--at <time>', 'time to look back from, such as 2026-11-02T09:30:00Z (default: now)')
    .option('--graph <name...>', 'only these: <graph>, or <environment>/<namespace>/<graph>', [])
    .addHelpText('after', OUT)
    .addHelpText(
      'after',
      commandHelp('dynamo-gitops record --prometheus http://localhost:9090 --out metrics', {
        0: 'done',
        3: 'some graphs have no data',
      }),
    )
    .action(({ since, at, graph, out, ...server }: RecordOptions) =>
      dispatch(async () => (await import('../run/record.ts')).runRecord, {
        prometheus: prometheusChoice(server),
        ...{ since, at, graphs: graph, out },
      }),
    );
};
