import { type Config, fail, type Result, succeed } from '../../api/index.ts';
import {
  type FileGraph,
  fileSource,
  formatOf,
  METRICS_FORMATS,
  type MetricsFormat,
  type MetricsSource,
  readMetricsFile,
  readRecording,
  seriesSource,
} from '../../planner/index.ts';
import { planTime } from '../plan/plan-time.ts';
import { readTextDocument } from '../plan/read-document.ts';

/** What the command line says of a file of metrics. */
export interface FileChoice {
  readonly format: string | undefined;
  /** `name`, or `environment/namespace/name`. */
  readonly graph: string | undefined;
  /** Of a command about one graph, that one as `--deployment` says it: a file that names none is of it. */
  readonly deployment?: { readonly said: string | undefined };
  readonly traceStart: string | undefined;
}

/** Opens a file of metrics: a recording, or one of the other formats that are known. */
export async function openMetricsFile(
  file: string,
  choice: FileChoice | undefined,
  config: Config,
  cwd: string,
): Promise<Result<MetricsSource>> {
  const text = await readTextDocument(cwd, file);
  if (!text.ok) return text;
  const { value, input } = text.value;
  const format = chosenFormat(file, value, choice?.format);
  if (!format.ok) return format;
  if (format.value === 'recording') {
    const unused = unusedOption(choice);
    if (unused !== undefined) return fail({ code: 'usage', message: `${unused} has no part in a recording` });
    const recording = readRecording(value, file);
    if (!recording.ok) return recording;
    const { source, series } = recording.value;
    return succeed(seriesSource('recording', series, { kind: 'file', ...input, source }));
  }
  const start = choice?.traceStart === undefined ? succeed(undefined) : traceStart(choice.traceStart);
  if (!start.ok) return start;
  const setting = { format: format.value, bucketSeconds: config.metrics.bucketSeconds, traceStartMs: start.value };
  const read = readMetricsFile(value, file, setting);
  if (!read.ok) return read;
  const namesNone = read.value.series.some(({ place }) => place === undefined);
  const graph = namesNone ? namedGraph(choice, file, config) : succeed<FileGraph>({ kind: 'in-file' });
  if (!graph.ok) return graph;
  return succeed(fileSource(read.value, graph.value, { kind: 'file', ...input, source: read.value.source }));
}

function chosenFormat(file: string, text: string, format: string | undefined): Result<MetricsFormat> {
  if (format === undefined) {
    const found = formatOf(file, text);
    if (found !== undefined) return succeed(found);
    const hint = `pass --metrics-format ${METRICS_FORMATS.join(', ')}`;
    return fail({ code: 'usage', file, message: 'is of no format that its name or its first line tells', hint });
  }
  const known = METRICS_FORMATS.find((one) => one === format);
  if (known !== undefined) return succeed(known);
  const message = `--metrics-format ${JSON.stringify(format)} is unknown`;
  return fail({ code: 'usage', message, hint: `it is one of ${METRICS_FORMATS.join(', ')}` });
}

/** An option that was given, and that only files other than recordings have a use for. */
export function unusedOption(choice: FileChoice | undefined): string | undefined {
  if (choice?.graph !== undefined) return '--graph';
  return choice?.traceStart === undefined ? undefined : '--trace-start';
}

function traceStart(text: string): Result<number> {
  const time = planTime(text, new Date(0));
  if (time.ok) return succeed(time.value.getTime());
  const message = `--trace-start ${JSON.stringify(text)} is not a time with a time zone`;
  return fail({ code: 'usage', message, hint: 'write it as 2026-11-02T09:30:00Z' });
}

/** The graph that is said, or the only one that the config has. */
function namedGraph(choice: FileChoice | undefined, file: string, { deployments }: Config): Result<FileGraph> {
  const known = deployments.map(({ name }) => name);
  const said = choice?.graph ?? choice?.deployment?.said;
  const option = choice?.deployment === undefined || choice.graph !== undefined ? '--graph' : '--deployment';
  if (said === undefined) {
    const [only, second] = known;
    if (only !== undefined && second === undefined) return succeed({ kind: 'graph', name: only });
    return fail({
      code: 'usage',
      file,
      message: 'names no graph',
      hint: `say which one it is of: ${option} ${known.join(' or ')}`,
    });
  }
  const [name = '', namespace, environment, ...rest] = said.split('/').reverse();
  if (rest.length > 0 || !known.includes(name)) {
    const message = `${option} ${JSON.stringify(said)} names no graph of the config`;
    return fail({ code: 'not-found', message, hint: `there are: ${known.join(', ')}` });
  }
  return succeed({
    ...{ kind: 'graph', name },
    ...(namespace === undefined ? {} : { namespace }),
    ...(environment === undefined ? {} : { environment }),
  });
}
