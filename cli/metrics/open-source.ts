import { type Config, fail, type Result, succeed } from '../../api/index.ts';
import { type MetricsSource, seriesSource } from '../../planner/index.ts';
import { withField } from '../plan/with-field.ts';
import { isFolder, openRecordingFolder, readRecordingFile } from './recording-folder.ts';

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
  const document = await readRecordingFile(cwd, file);
  const read = choice.recording === undefined ? withField(document, 'metrics.recording') : document;
  if (!read.ok) return read;
  const { value, input } = read.value;
  return succeed(seriesSource('recording', value.series, { ...input, source: value.source }));
}
