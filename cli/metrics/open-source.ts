import { type Config, fail, type Result, recordingSchema, succeed } from '../../api/index.ts';
import { type MetricsSource, recordedSeries, seriesSource } from '../../planner/index.ts';
import { readDocument } from '../plan/read-document.ts';
import { withField } from '../plan/with-field.ts';
import { isFolder, openRecordingFolder } from './recording-folder.ts';

/** Where the user said that metrics are, on the command line; the config says it otherwise. */
export interface MetricsChoice {
  readonly recording: string | undefined;
}

/** Opens the source of metrics that the command line names, else the one of the config. */
export async function openMetricsSource(
  choice: MetricsChoice,
  config: Config,
  cwd: string,
): Promise<Result<MetricsSource>> {
  const file = choice.recording ?? config.metrics.recording;
  if (file === undefined) {
    const hint = 'pass --metrics <file>, or set metrics.recording in the config';
    return fail({ code: 'usage', message: 'no metrics are given', hint });
  }
  if (await isFolder(cwd, file)) return openRecordingFolder(cwd, file);
  const document = await readDocument(cwd, file, recordingSchema);
  const read = choice.recording === undefined ? withField(document, 'metrics.recording') : document;
  if (!read.ok) return read;
  const { value, input } = read.value;
  return succeed(seriesSource('recording', recordedSeries(value), { ...input, source: value.source }));
}
