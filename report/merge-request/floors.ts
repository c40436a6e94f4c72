import type { PlanTarget } from '../../api/index.ts';
import { isFloor } from '../blocks/index.ts';
import { atMost, type Block, code, type Inline, strong } from '../markdown/index.ts';
import { type Autoscaler, type ProposalSubject, serviceLabel } from './subject.ts';

const KINDS: { readonly [kind in Autoscaler['kind']]: string } = { hpa: 'HPA', keda: 'KEDA ScaledObject' };

/** ``HPA `chat-decode` ``, or `its autoscaler` where its manifest was not read. */
function autoscalerName(subject: ProposalSubject, change: PlanTarget): readonly Inline[] {
  const autoscaler = autoscalerOf(subject, change);
  return autoscaler === undefined ? ['its autoscaler'] : [`${KINDS[autoscaler.kind]} `, code(autoscaler.name)];
}

function autoscalerOf({ autoscalers }: ProposalSubject, change: PlanTarget): Autoscaler | undefined {
  return autoscalers.find(({ namespace, service }) => namespace === change.namespace && service === change.service);
}

/** ``floor of HPA `chat-decode` `` */
export function floorLabel(subject: ProposalSubject, change: PlanTarget): readonly Inline[] {
  // A cron trigger's count is the floor while it is on.
  const isTimed = change.locations.some(({ path }) => path.at(-1) === 'desiredReplicas');
  return [isTimed ? 'cron floor of ' : 'floor of ', ...autoscalerName(subject, change)];
}

/** Whether the new floor leaves the autoscaler no other number than its maximum. */
export function isStuck(subject: ProposalSubject, change: PlanTarget): boolean {
  const max = isFloor(change) ? autoscalerOf(subject, change)?.max : undefined;
  return max !== undefined && change.target >= max;
}

/** Each number that is a floor, said to be one. */
export function floorRisks(subject: ProposalSubject, changes: readonly PlanTarget[], rows: number): readonly Block[] {
  const { shown, more } = atMost(changes.filter(isFloor), rows);
  if (shown.length === 0) return [];
  const items = shown.map((change) => floorRisk(subject, change));
  return [{ kind: 'list', items: [...items, ...(more === 0 ? [] : [[`and ${more} more floors`]])] }];
}

/** What a reviewer must know of a number that is no replica count: who sets the count, and how far it can still go. */
function floorRisk(subject: ProposalSubject, change: PlanTarget): readonly Inline[] {
  const name = code(serviceLabel(subject, change));
  const max = autoscalerOf(subject, change)?.max;
  if (max === undefined || !isStuck(subject, change)) {
    const room = max === undefined ? '' : `, up to ${max}`;
    return [
      name,
      `: ${change.target} is the `,
      ...floorLabel(subject, change),
      `, which may run more${room}. GPU figures are floors, too.`,
    ];
  }
  const wanted = change.guardrails.find(({ guardrail, from }) => guardrail === 'max' && from > max)?.from;
  return [
    name,
    `: ${change.target} is the `,
    ...floorLabel(subject, change),
    ' and its maximum, so ',
    strong('the autoscaler can no longer move'),
    wanted === undefined ? '.' : `. Demand asks for ${wanted}, more than its maximum: raise that.`,
  ];
}
