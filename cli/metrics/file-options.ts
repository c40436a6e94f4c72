import type { Command } from 'commander';
import type { FileChoice } from './open-file.ts';

/** What `--metrics` may need besides a name. */
export interface FileOptions {
  readonly metricsFormat?: string;
  readonly graph?: string;
  readonly traceStart?: string;
}

/** Adds the words with which a file of metrics is read that is no recording. */
export function addFileOptions(command: Command): Command {
  return command
    .option('--metrics-format <format>', 'recording, csv, jsonl, mooncake, azure or openmetrics (default: by the file)')
    .option('--graph <name>', 'graph of the config that a file is of which names none, as environment/namespace/name')
    .option('--trace-start <time>', 'when a request trace begins, such as 2026-11-02T00:00:00Z');
}

export function fileChoice({ metricsFormat, graph, traceStart }: FileOptions): FileChoice {
  return { format: metricsFormat, graph, traceStart };
}
