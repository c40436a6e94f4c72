import type { PlanTarget } from '../../api/index.ts';
import { code, type Inline, strong } from '../markdown/index.ts';
import { type Autoscaler, isFloor, type ProposalSubject, serviceLabel } from './subject.ts';

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
  return ['floor of ', ...autoscalerName(subject, change)];
}

/** Whether the new floor leaves the autoscaler no other number than its maximum. */
export function isStuck(subject: ProposalSubject, change: PlanTarget): boolean {
  const max = isFloor(change) ? autoscalerOf(subject, change)?.max : undefined;
  return max !== undefined && change.target >= max;
}

/** What a reviewer must know of a number that is no replica count: who sets the count, and how far it can still go. */
export function floorRisk(subject: ProposalSubject, change: PlanTarget): readonly Inline[] {
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
