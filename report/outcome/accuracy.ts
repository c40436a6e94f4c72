import type { Outcome } from '../../api/index.ts';

/** How well predictions held over many outcomes. */
export interface Accuracy {
  /** Graphs and plans that were looked at. */
  readonly outcomes: number;
  /** Demands that were predicted, and those that stayed below. */
  readonly demands: { readonly all: number; readonly held: number };
  /** Mean of the highest demand over the predicted one; null where none was predicted. */
  readonly meanUse: number | null;
  /** Latencies that were expected of what was merged, and measured, and those whose mean was within. */
  readonly latencies: { readonly all: number; readonly held: number };
}

export function accuracyOf(outcomes: readonly Outcome[]): Accuracy {
  const demands = outcomes.flatMap(({ services }) =>
    services.flatMap(({ demand }) => (demand === null ? [] : [demand])),
  );
  const known = demands.filter(({ predicted }) => predicted > 0);
  const latencies = outcomes
    .filter(({ decision }) => decision === 'merged')
    .flatMap(({ services }) => services.flatMap((service) => service.latencies))
    .flatMap(({ expectedMs, measuredMs }) =>
      expectedMs === null || measuredMs === null ? [] : [{ expectedMs, measuredMs }],
    );
  return {
    outcomes: outcomes.length,
    demands: { all: demands.length, held: demands.filter(({ predicted, highest }) => highest <= predicted).length },
    meanUse:
      known.length === 0
        ? null
        : known.reduce((sum, { predicted, highest }) => sum + highest / predicted, 0) / known.length,
    latencies: {
      all: latencies.length,
      held: latencies.filter(({ expectedMs, measuredMs }) => measuredMs <= expectedMs).length,
    },
  };
}
