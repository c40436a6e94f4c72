import type { DynamoSlaSettings, HeldItem } from '../../../api/index.ts';
import {
  type BusyWindow,
  type FoundSeries,
  isoTime,
  type Mean,
  type TrafficWindow,
  windowsUntil,
} from '../../metrics/index.ts';
import type { ObservedWindow } from './decision.ts';

/** What a graph's metrics say at the time of the plan, or why nothing can be decided on them. */
export type DecidingTraffic =
  | { readonly kind: 'held'; readonly code: HeldItem['code']; readonly reason: string }
  | {
      readonly kind: 'observed';
      readonly deciding: BusyWindow;
      /** Every usable window, oldest first, the deciding one last. */
      readonly windows: readonly ObservedWindow[];
      /** Earlier windows left out because they have no data. */
      readonly skipped: number;
      /** Undefined where the metrics do not say. */
      readonly readyDecode: number | undefined;
    };

export interface TrafficQuestion {
  readonly metrics: FoundSeries;
  readonly settings: DynamoSlaSettings;
  readonly atMs: number;
}

/** The windows that decide; no data and no traffic are told apart, and both hold. */
export function decidingTraffic({ metrics, settings, atMs }: TrafficQuestion): DecidingTraffic {
  if (metrics.kind === 'unavailable') return { kind: 'held', code: metrics.code ?? 'no-data', reason: metrics.reason };
  const cut = windowsUntil(metrics.series, settings.intervalSeconds, atMs);
  if (cut.kind === 'none') return noData(cut.reason);
  const { earlier, deciding } = cut;
  const window = `window of ${settings.intervalSeconds} s to ${isoTime(deciding.endMs)}`;
  if (deciding.kind === 'no-data') return noData(`${window}: ${deciding.reason}`);
  if (deciding.kind === 'no-traffic') {
    const reason = `${window}: no request completed; dynamo-sla cannot size an idle graph, so its numbers stay`;
    return { kind: 'held', code: 'no-traffic', reason };
  }
  const needed: readonly Mean[] = [
    deciding.ttftMs,
    deciding.itlMs,
    ...(settings.correction ? [deciding.requestSeconds] : []),
  ];
  const missing = needed.find((mean) => mean.kind === 'missing');
  if (missing?.kind === 'missing') return noData(`${window}: ${missing.reason}`);
  const usable = earlier.filter((one) => one.kind !== 'no-data');
  return {
    kind: 'observed',
    deciding,
    windows: [...usable, deciding].map(observedWindow),
    skipped: earlier.length - usable.length,
    readyDecode: deciding.decodeReady.kind === 'measured' ? deciding.decodeReady.value : undefined,
  };
}

/** As Dynamo's planner reads Prometheus: an idle window has a count of 0, and means of nothing are not numbers. */
function observedWindow(window: Exclude<TrafficWindow, { readonly kind: 'no-data' }>): ObservedWindow {
  const nothing = Number.NaN;
  if (window.kind === 'no-traffic') {
    return {
      requestCount: 0,
      ...{ ttftMs: nothing, itlMs: nothing, islTokens: nothing, oslTokens: nothing, requestSeconds: nothing },
    };
  }
  const numberOf = (mean: Mean): number => (mean.kind === 'measured' ? mean.value : nothing);
  return {
    requestCount: window.requestCount,
    ttftMs: numberOf(window.ttftMs),
    itlMs: numberOf(window.itlMs),
    islTokens: window.islTokens,
    oslTokens: window.oslTokens,
    requestSeconds: numberOf(window.requestSeconds),
  };
}

function noData(reason: string): DecidingTraffic {
  return { kind: 'held', code: 'no-data', reason };
}
