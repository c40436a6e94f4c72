import type { JsonValue } from '../../../api/index.ts';
import type { DecodeCell } from '../../../planner/index.ts';
import type { Profiles } from '../profiles.ts';
import { PythonError } from '../python.ts';
import { modelOf, numberAt, type Replay } from './shared.ts';

export const capacityFunctions: { readonly [name: string]: Replay } = {
  'seed.prefill.interpolate_ttft': (input, profiles) => modelOf(input, profiles).ttftMs(numberAt(input, 'isl')),
  'seed.prefill.interpolate_thpt_per_gpu': (input, profiles) =>
    modelOf(input, profiles).prefillTokensPerSecondPerGpu(numberAt(input, 'isl')),
  'seed.decode.compute_idx': (input, profiles) => {
    const { kvIndex, contextIndex } = cellOf(input, profiles);
    return [kvIndex, contextIndex];
  },
  'seed.decode.interpolate_itl': (input, profiles) => cellOf(input, profiles).itlMs,
  'seed.decode.interpolate_thpt_per_gpu': (input, profiles) => cellOf(input, profiles).tokensPerSecondPerGpu,
  'seed.decode.find_best_throughput_per_gpu': (input, profiles) => {
    const cell = modelOf(input, profiles).bestDecodeCell(numberAt(input, 'itl'), numberAt(input, 'context_length'));
    const { tokensPerSecondPerGpu, itlMs, kvUsage } = present(cell);
    return { thpt_per_gpu: tokensPerSecondPerGpu, itl: itlMs, kv_usage: kvUsage };
  },
};

function cellOf(input: JsonValue, profiles: Profiles): DecodeCell {
  const model = modelOf(input, profiles);
  return present(model.decodeCell(numberAt(input, 'concurrency'), numberAt(input, 'context_length')));
}

/** NaN has no cell; the original fails to turn it into an index. */
function present(cell: DecodeCell | undefined): DecodeCell {
  if (cell === undefined) throw new PythonError('ValueError');
  return cell;
}
