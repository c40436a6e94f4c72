import * as z from 'zod';
import { dnsLabel, graphName, schemaVersion, timestamp } from './common.ts';
import { inputDigest } from './plan.ts';

/**
 * How the decisions of a policy reach the cluster: `static` decides once; `native` is a controller in the cluster, which
 * has no review; `git` a merge request for each change; `git-floor` merge requests that move a native controller's floor;
 * `oracle` knows what comes.
 */
export const POLICY_CHANNELS = ['static', 'native', 'git', 'git-floor', 'oracle'] as const;

const count = z.int().min(0);
/** Of requests that a simulator splits, so that there are fractions of them. */
const amount = z.number().min(0);
const share = z.number().min(0).max(1);
const ratio = z.number().min(0);
/** Of prefill and decode. */
const rolePair = z.strictObject({ prefill: count, decode: count });

const span = z.strictObject({ start: timestamp, end: timestamp });

/** One policy over the judged stretch; of several seeds, the one with the lowest attainment. */
export const backtestPolicy = z.strictObject({
  /** As on the command line. */
  name: z.string().min(1),
  label: z.string().min(1),
  channel: z.enum(POLICY_CHANNELS),
  /** Judged: without the hopeless ones. */
  requests: amount,
  /** Kept both targets. */
  attained: amount,
  ttftMisses: amount,
  itlMisses: amount,
  /** Gave up waiting for the first token: TTFT misses as well. */
  abandoned: amount,
  /** Could not have been in time on any engine; left out of `requests`. */
  hopeless: amount,
  attainment: share,
  ttftAttainment: share,
  itlAttainment: share,
  /** Start-up and draining included. */
  gpuHours: z.number().min(0),
  /** GPU-hours over those of perfect foresight; null where that is not known. */
  timesOracle: ratio.nullable(),
  /** The same over the least that anything with as many changes a day could use. */
  timesLimitedOracle: ratio.nullable(),
  /** Merge requests; a joint change of both roles is one. Of a stretch shorter than a day as many as there were. */
  proposalsPerDay: z.number().min(0),
  /** Changes of the numbers, whoever made them; as many as there were where it is less than a day. */
  changesPerDay: z.number().min(0),
  /** Share of the five-minute windows with traffic that kept less than 95 % of their requests. */
  poorWindows: share,
  /** The five minutes that fared worst; null without traffic. */
  worstWindow: z.strictObject({ start: timestamp, attainment: share }).nullable(),
  maxGpus: count,
  /** GPUs paid for at the end of each hour, for a chart. */
  hourlyGpus: z.array(count).optional(),
});

/**
 * What perfect foresight with so many changes a day would have used to have at every minute what that minute needs: the limit
 * of anything that works through Git.
 */
export const frontierPoint = z.strictObject({
  changesPerDay: z.number().min(0),
  gpuHours: z.number().min(0),
});

/** One setting that was tried instead of the backtest's own. */
const trial = z.strictObject({
  attainment: share,
  gpuHours: z.number().min(0),
  proposalsPerDay: z.number().min(0),
});

/** What would have come of other settings, all else equal and with the same arrivals. */
export const whatIf = z.strictObject({
  /** Name of the policy that was tried. */
  policy: z.string().min(1),
  /** At most so many GPUs at a time. */
  budget: z.array(trial.extend({ maxGpus: count })),
  /** Held to these targets, and judged by them. */
  sla: z.array(trial.extend({ ttftMs: z.number().positive(), itlMs: z.number().positive() })),
  /** Review and sync, and the start of a replica, took so long. */
  lead: z.array(trial.extend({ reviewSeconds: z.number().min(0), startUpSeconds: z.number().min(0) })),
});

/** A policy whose setting was chosen for each judged day, by the days before it alone. */
const chosenSettings = z.strictObject({
  policy: z.string().min(1),
  label: z.string().min(1),
  /** What there was to choose from. */
  tried: z.array(z.string().min(1)).min(2),
  days: z.array(z.strictObject({ start: timestamp, setting: z.string().min(1) })).min(1),
});

/** What each policy would have cost and broken over a graph's own history. */
export const backtestSchema = z.strictObject({
  schemaVersion,
  kind: z.literal('backtest'),
  deployment: graphName,
  namespace: dnsLabel,
  environment: dnsLabel,
  inputs: z.strictObject({
    metrics: inputDigest.extend({ source: z.string() }),
    config: inputDigest,
    profiles: z.array(inputDigest),
    fitted: z.array(inputDigest),
  }),
  /** Judged: after the training days, of which policies know everything. */
  judged: span,
  training: span,
  /** Minutes of the whole history, and those of them in which nothing is judged. */
  minutes: z.strictObject({ all: count, missing: count, implausible: count }),
  /** What was noticed of the history, in sentences. */
  notes: z.array(z.string().min(1)),
  setting: z.strictObject({
    sla: z.strictObject({ ttftMs: z.number().positive(), itlMs: z.number().positive() }),
    /** Of a decision through Git: review and sync, and the start of a replica. */
    lead: z.strictObject({ reviewSeconds: z.number().min(0), startUpSeconds: z.number().min(0) }),
    /** How long a client waits for its first token. */
    giveUpSeconds: z.number().positive(),
    gpusPerReplica: rolePair,
    /** Most replicas that any policy might ask for. */
    most: rolePair,
    /** Proposals a day that ours keeps within, and that others may have to be compared with it. */
    proposalsPerDay: z.int().min(1),
    seeds: z.array(z.int()).min(1),
  }),
  /** Where the parameters of our own policy come from, in a sentence. */
  parameters: z.string().min(1),
  /** Settings that were chosen walking forward; those of other policies are the same on all days. */
  chosen: z.array(chosenSettings).optional(),
  policies: z.array(backtestPolicy).min(1),
  /** Judged minutes that need more than `setting.most` to keep 99 % of their requests, and the most that one of them needs. */
  beyondMost: z.strictObject({ minutes: count, worst: rolePair.nullable() }).optional(),
  /** By changes a day. */
  frontier: z.array(frontierPoint),
  whatIf: whatIf.optional(),
});

export type Backtest = z.output<typeof backtestSchema>;
export type BacktestPolicy = z.output<typeof backtestPolicy>;
export type FrontierPoint = z.output<typeof frontierPoint>;
export type ChosenSettings = z.output<typeof chosenSettings>;
export type WhatIf = z.output<typeof whatIf>;
