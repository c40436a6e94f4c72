import * as z from 'zod';
import { dnsLabel, graphName, schemaVersion, timestamp } from './common.ts';

/**
 * One bucket of a graph's metrics. `null` is no data; a `requestCount` of 0 is no traffic, and then latencies and
 * lengths are `null`, because nothing was measured.
 */
export const RECORDING_COLUMNS = [
  /** Requests completed in the bucket. */
  'requestCount',
  /** Requests that arrived in the bucket; only newer frontends count them. */
  'startedCount',
  /** Mean prompt length, tokens. */
  'islTokens',
  /** Mean output length, tokens. */
  'oslTokens',
  /** Mean time to first token. */
  'ttftMs',
  'ttftP50Ms',
  'ttftP90Ms',
  'ttftP99Ms',
  /** Mean time between tokens. */
  'itlMs',
  'itlP50Ms',
  'itlP90Ms',
  'itlP99Ms',
  /** Mean time from arrival to the last token, seconds. */
  'requestSeconds',
  /** Requests in flight at the frontend, mean over the bucket. */
  'concurrency',
  /** Requests waiting at the frontend. */
  'queueDepth',
  /** Share of the KV cache in use, 0 to 1. */
  'kvUsage',
  'prefillReady',
  'decodeReady',
  'frontendReady',
  /** Share of the GPUs' time in use, 0 to 1, mean over the workers. */
  'gpuUtilization',
  /** Cores in use by all frontends together. */
  'frontendCpuCores',
  /** Share of the scrapes of the bucket that came in, 0 to 1. */
  'coverage',
  /** Replicas that Dynamo's own planner would have, where it only advises. */
  'advisedPrefill',
  'advisedDecode',
  /** 95th percentile of prompt lengths, tokens. */
  'islP95Tokens',
  /** The same of output lengths. */
  'oslP95Tokens',
] as const;
export type RecordingColumn = (typeof RECORDING_COLUMNS)[number];

/** A row of cells, one a column. */
export type RecordingRow = readonly (number | null)[];

/** Looked through by hand: a week of minutes for a fleet is tens of millions of cells. */
const rows = z.custom<readonly RecordingRow[]>(Array.isArray, 'must be a list of rows').check((context) => {
  const wrong = (message: string, path: readonly number[], input: unknown): void => {
    context.issues.push({ code: 'custom', message, path: [...path], input });
  };
  for (let index = 0; index < context.value.length; index += 1) {
    const row = context.value[index];
    if (!Array.isArray(row)) return wrong('must be a list of numbers and nulls', [index], row);
    for (let position = 0; position < row.length; position += 1) {
      const cell: unknown = row[position];
      if (cell !== null && !Number.isFinite(cell)) return wrong('must be a number or null', [index, position], cell);
    }
  }
});

export const graphRecording = z
  .strictObject({
    deployment: graphName,
    namespace: dnsLabel,
    environment: dnsLabel.optional(),
    model: z.string().min(1),
    columns: z.array(z.enum(RECORDING_COLUMNS)).min(1),
    /** How a column was asked for, where it was asked of a server. */
    queries: z.partialRecord(z.enum(RECORDING_COLUMNS), z.string().min(1)).optional(),
    /** One row a bucket, oldest first, one cell a column. */
    buckets: rows,
  })
  .check((context) => {
    const { columns, buckets } = context.value;
    if (new Set(columns).size < columns.length) {
      context.issues.push({ code: 'custom', message: 'a column stands twice', path: ['columns'], input: columns });
    }
    const wrong = buckets.findIndex((row) => row.length !== columns.length);
    if (wrong >= 0) {
      const message = `has ${buckets[wrong]?.length} cells for ${columns.length} columns`;
      context.issues.push({ code: 'custom', message, path: ['buckets', wrong], input: buckets[wrong] });
    }
  });

/** Metrics of a stretch of time, as `record` writes them and `plan`, `fit` and `backtest` read them. */
export const recordingSchema = z.strictObject({
  schemaVersion,
  kind: z.literal('recording'),
  /** Where the numbers come from, in a sentence. */
  source: z.string().min(1),
  /** Start of the first bucket. */
  start: timestamp,
  bucketSeconds: z.int().min(1).max(86_400),
  graphs: z.array(graphRecording),
});

export type GraphRecording = z.output<typeof graphRecording>;
export type Recording = z.output<typeof recordingSchema>;
