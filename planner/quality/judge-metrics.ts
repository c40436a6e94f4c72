import type { PlanReason } from '../../api/index.ts';
import { cutSeries, type FoundSeries, isoTime, type TrafficSeries } from '../metrics/index.ts';
import { counted, listed } from '../quantity.ts';
import { bridgeGaps } from './bridge-gaps.ts';
import { ColumnEdits } from './column-edits.ts';
import { completenessOf, expectedColumns } from './completeness.ts';
import { disagreements } from './disagreements.ts';
import { newestGapWords } from './gap-words.ts';
import { type Impossible, impossibleNumbers } from './impossible.ts';
import type { QualityQuestion, Stretch } from './question.ts';
import { type RememberedLoss, rememberedLoss } from './remembered-loss.ts';
import { findSpike } from './spikes.ts';
import { endedBuckets, padded, staleness } from './timeliness.ts';
import { unprovenLull, vanishedColumns } from './vanished.ts';
import type { JudgedMetrics, Refusal } from './verdict.ts';
import { warmUpBuckets } from './warm-up.ts';

/** Buckets that say how well a graph is measured, where a single one decides. */
const LOOK_BACK = 20;

/**
 * Whether a graph's metrics are good enough to decide on, and for what. Pure, and comes before any strategy.
 *
 * What cannot be true is taken for missing; where it is in the stretch that decides, nothing is decided. Short gaps are
 * bridged, so that a lost scrape does not stop a scale-up, but what is missing may have been a peak: as long as it has a
 * part in the decision, no number may be lowered.
 */
export function judgeMetrics(found: FoundSeries, question: QualityQuestion): JudgedMetrics {
  if (found.kind === 'unavailable') return { metrics: found, doubts: [], notes: [] };
  const { series: whole } = found;
  const { needs, settings, atMs, model } = question;
  if (model !== undefined && whole.model.toLowerCase() !== model.toLowerCase()) {
    return refused('no-data', `the metrics are of the model "${whole.model}", and the graph serves "${model}"`);
  }
  const buckets = endedBuckets(whole, atMs);
  if (buckets === 0) return refused('no-data', `no bucket of the metrics has ended at ${isoTime(atMs)}`);
  const late = staleness(whole, buckets, question);
  if (late !== undefined) return refused(late.code, late.reason);
  const ended = padded(cutSeries(whole, whole.startMs, atMs), buckets);

  const bucketMs = ended.bucketSeconds * 1000;
  const end = ended.length;
  const stretch = (seconds: number): Stretch => ({
    first: Math.max(0, end - Math.max(1, Math.ceil(seconds / ended.bucketSeconds))),
    end,
  });
  const deciding = stretch(needs.decidingSeconds);
  const memory = stretch(Math.max(needs.decidingSeconds, needs.memorySeconds));
  const window = `window of ${(end - deciding.first) * ended.bucketSeconds} s to ${isoTime(ended.startMs + end * bucketMs)}`;

  const impossible = impossibleNumbers(ended, { first: 0, end }, question.decodeGpusPerReplica);
  const isNeeded = ({ columns }: Impossible): boolean =>
    columns === undefined || columns.some((column) => [...needs.required, ...needs.used].includes(column));
  const fatal = impossible.find((one) => one.index >= deciding.first && isNeeded(one));
  if (fatal !== undefined) return refused('impossible-data', `${window}: impossible value: ${fatal.why}`);

  const possible = withoutPoorCoverage(without(ended, impossible), settings.minCoverage);
  const lookBack = { first: Math.max(0, Math.min(deciding.first, end - LOOK_BACK)), end };
  const spike = findSpike(possible, deciding, lookBack);
  if (spike.kind === 'spike') return refused('impossible-data', `${window}: ${spike.why}`);

  const { required } = needs;
  const now = completenessOf(possible, deciding, required);
  const isThin = (stretchOf: Stretch): boolean => {
    const one = completenessOf(possible, stretchOf, required);
    return one.complete < settings.minCoverage * one.buckets;
  };
  const verb = now.lacking.length === 1 ? 'is' : 'are';
  // Where nothing at all has data, the window says from when to when.
  const place = now.gaps === undefined || now.complete === 0 ? '' : `, and none ${newestGapWords(ended, now.gaps)}`;
  const shortage = `${window}: ${listed(now.lacking)} ${verb} missing: ${now.complete} of ${now.buckets} buckets have data${place}`;
  if (isThin(deciding) && isThin(lookBack)) return refused('no-data', shortage);
  const longest = Math.max(
    bridgeable(settings.scrapeSeconds, ended.bucketSeconds),
    Math.floor((1 - settings.minCoverage) * now.buckets),
  );
  const series = bridgeGaps(possible, longest);
  if (completenessOf(series, deciding, required).complete < now.buckets) return refused('no-data', shortage);

  const missing = rememberedLoss(possible, memory, question);
  const contradictions = disagreements(possible, deciding);
  const warm = warmUpBuckets(series, deciding).reduce((sum, mark) => sum + mark, 0);
  const oddities = impossible.filter((one) => one.index >= memory.first);
  const [oddity] = oddities;
  return {
    metrics: { kind: 'series', series },
    doubts: [
      ...(missing.kind === 'doubt' ? [missing.words] : []),
      ...(spike.kind === 'unknown' ? [spike.why] : []),
      ...contradictions,
      // Of a bucket that is not there at all it is said already.
      ...(missing.kind === 'doubt' ? [] : vanishedColumns(possible, deciding, expectedColumns(possible, needs))),
      ...unprovenLull(possible, deciding, needs),
    ],
    ...(missing.kind === 'bounded' ? { loss: missing.loss } : {}),
    notes: [
      ...lossNotes(missing, longest),
      ...(oddity === undefined
        ? []
        : [
            note(
              'impossibleValues',
              oddities.length,
              `${counted(oddities.length, 'impossible value')} left out, such as at ${isoTime(ended.startMs + oddity.index * bucketMs)}: ${oddity.why}`,
            ),
          ]),
      ...contradictions.map((why) => note('contradiction', null, why)),
      ...(warm === 0
        ? []
        : [
            note('warmUpBuckets', warm, `${counted(warm, 'bucket')} with new workers, whose latencies are not typical`),
          ]),
    ],
  };
}

/** A gap that lasts no longer than data may be old. */
function bridgeable(scrapeSeconds: number, bucketSeconds: number): number {
  return Math.floor((bucketSeconds + 3 * scrapeSeconds) / bucketSeconds);
}

function lossNotes(missing: RememberedLoss, longest: number): readonly PlanReason[] {
  const bridged = `gaps of up to ${counted(longest, 'bucket')} hold what their neighbours say`;
  switch (missing.kind) {
    case 'none':
      return [];
    case 'doubt':
      return [note('missingBuckets', missing.buckets, `${missing.words}; ${bridged}, and no number is lowered`)];
    case 'bounded': {
      const limit = 'no number is lowered further than the most that they can have held allows';
      return [note('missingBuckets', missing.buckets, `${missing.loss.words}; ${bridged}, and ${limit}`)];
    }
  }
}

function without(series: TrafficSeries, impossible: readonly Impossible[]): TrafficSeries {
  const edits = new ColumnEdits(series);
  for (const { index, columns } of impossible) {
    if (columns === undefined) edits.clear(index);
    else for (const column of columns) edits.set(column, index, Number.NaN);
  }
  return edits.apply();
}

/** A bucket that most scrapes of are lost is not measured. */
function withoutPoorCoverage(series: TrafficSeries, minCoverage: number): TrafficSeries {
  const { coverage } = series.columns;
  if (coverage === undefined) return series;
  const edits = new ColumnEdits(series);
  for (const [index, share] of coverage.entries()) {
    if (share < minCoverage) edits.clear(index);
  }
  return edits.apply();
}

function note(name: string, value: number | null, explanation: string): PlanReason {
  return { stage: 'observed', name, value, explanation };
}

function refused(code: Refusal['code'], reason: string): JudgedMetrics {
  return { metrics: { kind: 'unavailable', code, reason }, doubts: [], notes: [] };
}
