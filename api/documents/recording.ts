import * as z from 'zod';
import { dnsLabel, graphName, schemaVersion, timestamp } from './common.ts';

/**
 * One bucket of a graph's metrics. `null` is no data; a `requestCount` of 0 is no traffic, and then latencies and
 * lengths are `null`, because nothing was measured.
 */
export const RECORDING_COLUMNS = [
  /** Requests completed in the bucket. */
  'requestCount',
  /** Mean prompt length, tokens. */
  'islTokens',
  /** Mean output length, tokens. */
  'oslTokens',
  'ttftMs',
  'itlMs',
  /** Mean time from arrival to the last token, seconds. */
  'requestSeconds',
  /** Requests waiting at the frontend. */
  'queueDepth',
  /** Share of the KV cache in use, 0 to 1. */
  'kvUsage',
  'prefillReady',
  'decodeReady',
] as const;
export type RecordingColumn = (typeof RECORDING_COLUMNS)[number];

const cell = z.number().nullable();

export const graphRecording = z
  .strictObject({
    deployment: graphName,
    namespace: dnsLabel,
    environment: dnsLabel.optional(),
    model: z.string().min(1),
    columns: z.array(z.enum(RECORDING_COLUMNS)).min(1),
    /** One row a bucket, oldest first, one cell a column. */
    buckets: z.array(z.array(cell)),
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
