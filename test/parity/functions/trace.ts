import { valueAt } from '../../../api/index.ts';
import { floorDivide, item, number } from '../python.ts';
import { numberAt, type Replay } from './shared.ts';

export const traceFunctions: { readonly [name: string]: Replay } = {
  /** Requests of a trace by the interval they began in; intervals without any are left out. */
  'seed.trace.extract_metrics': (input) => {
    const intervalSeconds = numberAt(input, 'interval');
    const records = valueAt(input, 'records');
    const intervals = new Map<number, { readonly input: number; readonly output: number }[]>();
    for (const record of Array.isArray(records) ? records : []) {
      const seconds = number(item(record, 'timestamp')) / 1000;
      const start = floorDivide(seconds, intervalSeconds) * intervalSeconds;
      const lengths = { input: number(item(record, 'input_length')), output: number(item(record, 'output_length')) };
      intervals.set(start, [...(intervals.get(start) ?? []), lengths]);
    }
    return [...intervals.entries()]
      .sort(([one], [other]) => one - other)
      .map(([start, requests]) => ({
        interval_start: start,
        request_count: requests.length,
        avg_isl: requests.reduce((sum, request) => sum + request.input, 0) / requests.length,
        avg_osl: requests.reduce((sum, request) => sum + request.output, 0) / requests.length,
      }));
  },
};
