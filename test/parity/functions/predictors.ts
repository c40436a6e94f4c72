import { type JsonObject, stringAt, valueAt } from '../../../api/index.ts';
import { afterWarmUp, forecast, observe, type Predictor, startPredictor } from '../../../planner/index.ts';
import type { Answer } from '../compare.ts';
import { number } from '../python.ts';
import { predictorOf, type Replay } from './shared.ts';

export const predictorFunctions: { readonly [name: string]: Replay } = {
  'seed.predictor.sequence': (input) => {
    let predictor = startPredictor(predictorOf(stringAt(input, 'kind') ?? '', valueAt(input, 'config') ?? {}));
    const operations = valueAt(input, 'ops');
    const outputs = (Array.isArray(operations) ? operations : []).map((operation) => {
      const [name, value] = Array.isArray(operation) ? operation : [];
      const done = perform(predictor, String(name), value);
      predictor = done.predictor;
      return done.output ?? null;
    });
    return predictor.kind === 'kalman' ? { outputs, final_state: filterState(predictor) } : { outputs };
  },
};

function perform(
  predictor: Predictor,
  name: string,
  value: Parameters<typeof number>[0],
): { readonly predictor: Predictor; readonly output?: number } {
  switch (name) {
    case 'add':
      return { predictor: observe(predictor, number(value)) };
    case 'predict': {
      const next = forecast(predictor);
      return { predictor: next.predictor, output: next.value };
    }
    case 'last':
      return { predictor, output: predictor.series.last };
    case 'buffer_len':
      return { predictor, output: predictor.series.length };
    case 'reset_idle_skip':
      return { predictor: afterWarmUp(predictor) };
    default:
      throw new Error(`"${name}" is not an operation of a predictor`);
  }
}

/** Before any value the filter stands at zero, with the covariance of a state that nothing is known about. */
function filterState({ filter }: Extract<Predictor, { kind: 'kalman' }>): JsonObject & { [key: string]: Answer } {
  if (filter === undefined) return { x: [0, 0], P: [1000, 0, 0, 1000] };
  const { level, levelTrend, trendLevel, trend } = filter.covariance;
  return { x: [filter.level, filter.trend], P: [level, levelTrend, trendLevel, trend] };
}
