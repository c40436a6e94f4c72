import { bucketStatesOf, type TrafficSeries, wholeColumn } from '../../metrics/index.ts';

/** How the number of requests that arrived is known. */
export type ArrivalEvidence = 'started' | 'in-flight' | 'completed';

/** A series whose `requestCount` is what arrived, without buckets that cannot be true. */
export interface ArrivingTraffic {
  readonly series: TrafficSeries;
  readonly evidence: ArrivalEvidence;
  /** Whether it may be that of completions alone, by what the lost buckets had. */
  readonly mayBeCompleted: boolean;
}

/**
 * What was asked for, rather than what was answered: saturated workers complete as much as they can, however much more
 * arrives. Newer frontends count what they start; else completions and what piled up in flight since the bucket before,
 * since what arrived is completed or still there; else completions alone.
 */
export function arrivingTraffic(series: TrafficSeries, lost?: Uint8Array): ArrivingTraffic {
  const requestCount = wholeColumn(series, 'requestCount');
  const startedCount = wholeColumn(series, 'startedCount');
  const concurrency = wholeColumn(series, 'concurrency');
  const arrived = new Float64Array(series.length).fill(Number.NaN);
  const stateAt = bucketStatesOf(series);
  let [started, piledUp, keptStarted, keptPiledUp] = [0, 0, 0, 0];
  for (let index = 0; index < series.length; index += 1) {
    const state = stateAt(index);
    if (state.kind === 'missing' || state.kind === 'implausible') continue;
    const completed = requestCount[index] ?? Number.NaN;
    const begun = startedCount[index] ?? Number.NaN;
    const growth =
      (concurrency[index] ?? Number.NaN) - (index === 0 ? Number.NaN : (concurrency[index - 1] ?? Number.NaN));
    if (begun >= 0 && Number.isFinite(begun)) {
      started += 1;
      if (lost?.[index] !== 1) keptStarted += 1;
      arrived[index] = begun;
    } else if (Number.isFinite(growth)) {
      piledUp += 1;
      if (lost?.[index] !== 1) keptPiledUp += 1;
      arrived[index] = Math.max(0, completed + growth);
    } else {
      arrived[index] = completed;
    }
  }
  const known = arrived.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
  const kept = { known: series.length, started: keptStarted, piledUp: keptPiledUp };
  return {
    series: { ...series, columns: { ...series.columns, requestCount: arrived } },
    evidence: evidenceOf({ known, started, piledUp }),
    mayBeCompleted: evidenceOf(kept) === 'completed',
  };
}

interface CountedArrivals {
  readonly known: number;
  readonly started: number;
  readonly piledUp: number;
}

/** A frontend that was updated in between counts starts from then on; what most buckets have decides. */
function evidenceOf({ known, started, piledUp }: CountedArrivals): ArrivalEvidence {
  if (2 * started >= known && started > 0) return 'started';
  return 2 * piledUp >= known && piledUp > 0 ? 'in-flight' : 'completed';
}

/** Buckets whose arrivals are lost: what piled up in flight is not known of the one after a lost one either. */
export function lostArrivals({ columns }: TrafficSeries, lost: Uint8Array): Uint8Array {
  if (columns.concurrency === undefined) return lost;
  return lost.map((mark, index) => (mark === 1 || lost[index - 1] === 1 ? 1 : 0));
}

/** Said in words, for an explanation. */
export function arrivalWords(evidence: ArrivalEvidence): string {
  switch (evidence) {
    case 'started':
      return 'requests that were started';
    case 'in-flight':
      return 'requests that were completed or piled up in flight';
    case 'completed':
      return 'requests that were completed, since the metrics say neither what was started nor what is in flight';
  }
}
