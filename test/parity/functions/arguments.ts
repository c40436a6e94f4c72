import { type JsonValue, valueAt } from '../../../api/index.ts';
import { PythonError } from '../python.ts';
import type { Replay } from './shared.ts';

type Argument =
  | { readonly kind: 'text'; readonly value: string | null; readonly choices?: readonly string[] }
  | { readonly kind: 'integer' | 'number'; readonly value: number | null }
  | { readonly kind: 'flag' };

/** The planner's command line of 2026-02 with its defaults, in an environment that sets none of its variables. */
const ARGUMENTS: ReadonlyMap<string, Argument> = new Map<string, Argument>([
  ['environment', { kind: 'text', value: 'kubernetes', choices: ['kubernetes', 'virtual'] }],
  ['namespace', { kind: 'text', value: 'dynamo' }],
  ['backend', { kind: 'text', value: 'vllm', choices: ['vllm', 'sglang', 'trtllm', 'mocker'] }],
  ['mode', { kind: 'text', value: 'disagg', choices: ['disagg', 'prefill', 'decode'] }],
  ['no_operation', { kind: 'flag' }],
  ['log_dir', { kind: 'text', value: null }],
  ['adjustment_interval', { kind: 'integer', value: 180 }],
  ['max_gpu_budget', { kind: 'integer', value: 8 }],
  ['min_endpoint', { kind: 'integer', value: 1 }],
  ['decode_engine_num_gpu', { kind: 'integer', value: null }],
  ['prefill_engine_num_gpu', { kind: 'integer', value: null }],
  ['profile_results_dir', { kind: 'text', value: 'profiling_results' }],
  ['ttft', { kind: 'number', value: 500 }],
  ['itl', { kind: 'number', value: 50 }],
  ['load_predictor', { kind: 'text', value: 'arima' }],
  ['load_predictor_log1p', { kind: 'flag' }],
  ['prophet_window_size', { kind: 'integer', value: 50 }],
  ['load_predictor_warmup_trace', { kind: 'text', value: null }],
  ['kalman_q_level', { kind: 'number', value: 1 }],
  ['kalman_q_trend', { kind: 'number', value: 0.1 }],
  ['kalman_r', { kind: 'number', value: 10 }],
  ['kalman_min_points', { kind: 'integer', value: 5 }],
  [
    'metric_pulling_prometheus_endpoint',
    { kind: 'text', value: 'http://prometheus-kube-prometheus-prometheus.monitoring.svc.cluster.local:9090' },
  ],
  ['metric_reporting_prometheus_port', { kind: 'integer', value: 0 }],
  ['no_correction', { kind: 'flag' }],
  ['model_name', { kind: 'text', value: null }],
]);

export const argumentFunctions: { readonly [name: string]: Replay } = {
  'seed.argparse.defaults': (input) => {
    const words = valueAt(input, 'argv');
    const parsed = new Map<string, JsonValue>();
    for (const [name, argument] of ARGUMENTS) parsed.set(name, argument.kind === 'flag' ? false : argument.value);
    const rest = (Array.isArray(words) ? words : []).map(String);
    for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
      const [option, inline] = splitOnce(word);
      const name = option.replace(/^--/, '').replaceAll('-', '_');
      const argument = ARGUMENTS.get(name);
      if (argument === undefined || !option.startsWith('--')) throw new PythonError('SystemExit');
      parsed.set(name, argument.kind === 'flag' ? true : convert(argument, inline ?? rest.shift()));
    }
    return Object.fromEntries(parsed);
  },
};

function splitOnce(word: string): readonly [string, string | undefined] {
  const equals = word.indexOf('=');
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}

function convert(argument: Exclude<Argument, { kind: 'flag' }>, text: string | undefined): JsonValue {
  if (text === undefined) throw new PythonError('SystemExit');
  if (argument.kind === 'text') {
    if (argument.choices?.includes(text) === false) throw new PythonError('SystemExit');
    return text;
  }
  const value = Number(text);
  if (Number.isNaN(value) || (argument.kind === 'integer' && !/^[+-]?\d+$/.test(text))) {
    throw new PythonError('SystemExit');
  }
  return value;
}
