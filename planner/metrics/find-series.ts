import type { HeldItem } from '../../api/index.ts';
import type { TrafficSeries } from './traffic-series.ts';

/** The series of one graph, or why it has none. */
export type FoundSeries =
  | { readonly kind: 'series'; readonly series: TrafficSeries }
  | {
      readonly kind: 'unavailable';
      /** What a number that is held for it is held as; `no-data` unless said. */
      readonly code?: HeldItem['code'];
      readonly reason: string;
    };

/** Finds a graph among the series of a recording; one that stands there twice is not guessed at. */
export function findSeries(
  series: readonly TrafficSeries[],
  graph: { readonly name: string; readonly namespace: string; readonly environment: string },
): FoundSeries {
  const mine = series.filter(
    (one) =>
      one.deployment === graph.name &&
      one.namespace === graph.namespace &&
      (one.environment === undefined || one.environment === graph.environment),
  );
  const [found, second] = mine;
  if (found === undefined) {
    return unavailable(`the recording has no graph ${graph.name} in namespace ${graph.namespace}`);
  }
  if (second !== undefined) return unavailable(`the recording has ${mine.length} entries for this graph; keep one`);
  return { kind: 'series', series: found };
}

function unavailable(reason: string): FoundSeries {
  return { kind: 'unavailable', reason };
}
