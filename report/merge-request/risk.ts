import type { PlanTarget } from '../../api/index.ts';
import { isFloor, quietestTime } from '../blocks/index.ts';
import { atMost, code, type Inline, separated, strong } from '../markdown/index.ts';
import { isStuck } from './floors.ts';
import { type ProposalSubject, serviceLabel } from './subject.ts';

/** The operator leaves replicas out of what it restarts workers for (`internal/dynamo/hash.go`). */
const RESTARTS = 'Only replica counts change, so running workers are not restarted.';

/** What may go wrong, the worst first: requests in flight, and the time until what is added serves. */
export function risk(subject: ProposalSubject, changes: readonly PlanTarget[], rows: number): readonly Inline[] {
  const down = changes.filter((change) => change.target < change.current);
  const up = changes.filter((change) => change.target > change.current);
  if (down.length === 0) {
    const isTight = changes.some((change) => isStuck(subject, change));
    const level = isTight ? 'Risk: no room above the floor.' : 'Risk: low.';
    return [strong(level), ` ${RESTARTS} ${leadWords(up)}`];
  }
  const { shown, more } = atMost(down, rows);
  const services = shown.map((change): readonly Inline[] => [
    code(serviceLabel(subject, change)),
    ` ${isFloor(change) ? 'may lose' : 'loses'} ${change.current - change.target}`,
  ]);
  return [
    strong('Risk: requests in flight.'),
    ' ',
    ...separated(services),
    more === 0 ? '' : ` and ${more} more services lose some`,
    `: requests on a removed replica can be aborted, so merge at a quiet hour${quietWords(down)}. ${RESTARTS}`,
    up.length === 0 ? '' : ` ${leadWords(up)}`,
  ];
}

function leadWords(up: readonly PlanTarget[]): string {
  const leads = up.flatMap(({ leadSeconds }) => (leadSeconds === undefined ? [] : [leadSeconds]));
  if (leads.length === 0) return 'New replicas serve once their model is loaded; how long that takes is unknown.';
  return `New replicas serve once their model is loaded, planned as ${durationWords(Math.max(...leads))}.`;
}

function quietWords(down: readonly PlanTarget[]): string {
  const times = down.flatMap(({ demand }) => (demand === undefined ? [] : (quietestTime(demand) ?? [])));
  const [first] = times;
  return first === undefined ? '' : ` (the day before, that began at ${first} UTC)`;
}

function durationWords(seconds: number): string {
  return seconds >= 120 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds)} s`;
}
