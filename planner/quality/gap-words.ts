import { isoTime, type TrafficSeries } from '../metrics/index.ts';
import { counted, formatQuantity } from '../quantity.ts';
import type { Completeness, Gaps } from './completeness.ts';
import type { QualityQuestion } from './question.ts';

/** A history of fewer hours is too short to be worth a forecast, and no advice. */
const LEAST_HOURS = 6;

/**
 * What is missing of the stretch that has a part in a decision, from when to when, and when a number may fall again.
 * Undefined where nothing is missing.
 */
export function gapWords(
  series: TrafficSeries,
  { buckets, complete, lacking, gaps }: Completeness,
  question: QualityQuestion,
): string | undefined {
  if (gaps === undefined) return undefined;
  const missing = buckets - complete;
  const verb = missing === 1 ? 'lacks' : 'lack';
  const many = `${formatQuantity(missing)} of the ${counted(buckets, 'bucket')} that have a part in it ${verb} data`;
  return `${many} (${lacking.join(', ')}), ${placeWords(series, gaps)}; ${endWords(series, gaps, question)}`;
}

/** The newest gap, from the start of its first bucket to the end of its last. */
export function newestGapWords({ startMs, bucketSeconds }: TrafficSeries, { newest }: Gaps): string {
  const [from, to] = [newest.first, newest.last + 1].map((index) => isoTime(startMs + index * bucketSeconds * 1000));
  return `from ${from} to ${to}`;
}

function placeWords(series: TrafficSeries, gaps: Gaps): string {
  if (gaps.count === 1) return newestGapWords(series, gaps);
  const oldest = isoTime(series.startMs + gaps.oldest * series.bucketSeconds * 1000);
  return `in ${formatQuantity(gaps.count)} gaps since ${oldest}, the newest ${newestGapWords(series, gaps)}`;
}

/** A missing bucket counts until the decision no longer remembers it, or it is no longer read. */
function endWords(
  { startMs, bucketSeconds, length }: TrafficSeries,
  { newest }: Gaps,
  question: QualityQuestion,
): string {
  const { needs, settings, atMs } = question;
  const gapEndMs = startMs + (newest.last + 1) * bucketSeconds * 1000;
  const memorySeconds = Math.ceil(Math.max(needs.memorySeconds, needs.decidingSeconds) / bucketSeconds) * bucketSeconds;
  const isBounded = memorySeconds > settings.historySeconds;
  const endMs = gapEndMs + Math.min(memorySeconds, settings.historySeconds) * 1000;
  const end = `they count until ${isoTime(endMs)}`;
  // What was recorded a minute ago, or is scraped late, is no loss yet.
  if (newest.last === length - 1) return `${end}, unless newer metrics have them`;
  const hours = Math.floor((atMs - gapEndMs) / 3_600_000);
  if (!isBounded || hours < LEAST_HOURS) return end;
  return `${end} (not with metrics.historyHours: ${hours})`;
}
