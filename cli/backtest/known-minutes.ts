import { fail, type Result, succeed } from '../../api/index.ts';
import type { Workload } from '../../planner/backtest/workload/index.ts';
import { isoTime, type TrafficSeries } from '../../planner/index.ts';

const NEEDED = ['requestCount', 'islTokens', 'oslTokens'] as const;

/** Refuses a history that says nothing of the days to learn from, or of those that are judged: no share of nothing is 100 %. */
export function requireKnownMinutes(
  workload: Workload,
  { columns }: TrafficSeries,
  judged: { readonly from: number; readonly to: number },
): Result<void> {
  const hint = 'a backtest needs requestCount, islTokens and oslTokens';
  const lacking = NEEDED.filter((column) => columns[column] === undefined);
  if (lacking.length > 0)
    return fail({ code: 'unavailable', message: `the metrics have no ${lacking.join(', ')}`, hint });
  const stretches = [
    { first: 0, end: judged.from, purpose: 'learn from' },
    { first: judged.from, end: judged.to, purpose: 'judge' },
  ];
  const unknown = stretches.find(({ first, end }) => !hasKnownMinute(workload, first, end));
  if (unknown === undefined) return succeed(undefined);
  const timeOf = (minute: number): string => isoTime(workload.startMs + minute * 60_000);
  const { first, end, purpose } = unknown;
  return fail({
    code: 'unavailable',
    message: `the metrics from ${timeOf(first)} to ${timeOf(end)} have no minute to ${purpose}: all are without data, or cannot be true`,
    hint,
  });
}

function hasKnownMinute(workload: Workload, first: number, end: number): boolean {
  for (let index = first; index < end; index += 1) {
    if (workload.minute(index).hasData) return true;
  }
  return false;
}
