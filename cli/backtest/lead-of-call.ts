import { DEFAULT_FORECAST, fail, forecastOf, type Result, type StrategySettings, succeed } from '../../api/index.ts';
import { evenLead, type LeadTime } from '../../planner/backtest/delivery/index.ts';
import { durationHours } from '../record/duration.ts';

/** What the command line says of the time from a decision until it serves. */
export interface LeadWords {
  readonly lead: string | undefined;
  readonly startUp: string | undefined;
}

/** The lead that is said, or the strategy's own; half of it is review and sync, unless start-up is said too. */
export function leadOfCall({ lead, startUp }: LeadWords, strategy: StrategySettings): Result<LeadTime> {
  const whole =
    lead === undefined ? succeed((forecastOf(strategy) ?? DEFAULT_FORECAST).leadSeconds) : secondsOf('--lead', lead);
  if (!whole.ok) return whole;
  if (startUp === undefined) return succeed(evenLead(whole.value));
  const start = secondsOf('--start-up', startUp);
  if (!start.ok) return start;
  if (start.value <= whole.value) {
    return succeed({ reviewSeconds: whole.value - start.value, startUpSeconds: start.value });
  }
  const message = `--start-up ${startUp} is longer than the whole lead of ${whole.value / 60} min`;
  return fail({ code: 'usage', message, hint: 'the lead is review, sync and start-up together: --lead 20m' });
}

/** Refuses what is no duration, which can be told without the strategy. */
export function requireDurations({ lead, startUp }: LeadWords): Result<undefined> {
  const said = [
    ...(lead === undefined ? [] : [secondsOf('--lead', lead)]),
    ...(startUp === undefined ? [] : [secondsOf('--start-up', startUp)]),
  ];
  const problems = said.flatMap((part) => (part.ok ? [] : part.error));
  return problems.length > 0 ? fail(...problems) : succeed(undefined);
}

/** Refuses a lead after which nothing that is decided in what is judged would ever serve. */
export function requireServed(
  lead: LeadTime,
  judged: { readonly from: number; readonly to: number },
): Result<undefined> {
  const leadHours = (lead.reviewSeconds + lead.startUpSeconds) / 3600;
  const judgedHours = (judged.to - judged.from) / 60;
  if (leadHours < judgedHours) return succeed(undefined);
  const message = `the lead of ${Number(leadHours.toFixed(2))} h is not shorter than the ${judgedHours} h that are judged, so that nothing decided in them would ever serve`;
  return fail({
    code: 'usage',
    message,
    hint: 'name a shorter --lead, or judge more: a longer history, or more --days',
  });
}

function secondsOf(option: string, text: string): Result<number> {
  const hours = durationHours(option, text);
  if (hours.ok) return succeed(Math.round(hours.value * 3600));
  return fail(...hours.error.map((problem) => ({ ...problem, hint: 'such as 10m or 1h, and not below 1m' })));
}
