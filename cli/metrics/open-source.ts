import { type Config, fail, type Result } from '../../api/index.ts';
import type { MetricsSource } from '../../planner/index.ts';
import type { CommandContext } from '../context.ts';
import { withField } from '../plan/with-field.ts';
import { type FileChoice, openMetricsFile, unusedOption } from './open-file.ts';
import type { PrometheusChoice } from './prometheus/open-prometheus.ts';
import { isFolder, openRecordingFolder } from './recording-folder.ts';

/** Where the user said that metrics are, on the command line; environment and config say it otherwise. */
export interface MetricsChoice {
  readonly recording: string | undefined;
  readonly prometheus: PrometheusChoice | undefined;
  /** How the file is read, where it is no recording. */
  readonly file?: FileChoice;
}

/**
 * Opens the source of metrics that the command line names, else the config's recording, else the server that environment
 * or config name: nothing is asked of a network while a file is at hand.
 */
export async function openMetricsSource(
  { recording, prometheus, file: choice }: MetricsChoice,
  config: Config,
  context: Pick<CommandContext, 'cwd' | 'env' | 'now'>,
): Promise<Result<MetricsSource>> {
  const isAsked = prometheus?.url !== undefined;
  if (recording !== undefined && isAsked) {
    return fail({ code: 'usage', message: '--metrics and --prometheus are given; keep one of the two' });
  }
  const { metrics } = config;
  const isNamed = metrics.prometheus !== undefined || Boolean(context.env.PROMETHEUS_URL?.trim());
  const file = recording ?? (isAsked ? undefined : metrics.recording);
  if (file !== undefined && !(await isFolder(context.cwd, file))) {
    const opened = await openMetricsFile(file, choice, config, context.cwd);
    return recording === undefined ? withField(opened, 'metrics.recording') : opened;
  }
  const unused = unusedOption(choice);
  if (unused !== undefined)
    return fail({ code: 'usage', message: `${unused} is for a file of metrics, and none is read` });
  if (file !== undefined) return openRecordingFolder(context.cwd, file);
  if (isAsked || isNamed) {
    const { openPrometheus } = await import('./prometheus/open-prometheus.ts');
    return openPrometheus(prometheus ?? NOT_SAID, config, context);
  }
  const hint = 'pass --metrics <file> or --prometheus <url>, or set metrics.recording in the config';
  return fail({ code: 'usage', message: 'no metrics are given', hint });
}

/** A call that says nothing about a server. */
const NOT_SAID: PrometheusChoice = { url: undefined, caFile: undefined, certFile: undefined, keyFile: undefined };
