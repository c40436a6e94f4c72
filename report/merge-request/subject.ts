import type { HeldItem, Plan, PlanTarget, Pricing } from '../../api/index.ts';

/** What one merge request is about: a graph in an environment, and all that the plan says of it. */
export interface ProposalSubject {
  readonly plan: Plan;
  readonly environment: string;
  readonly deployment: string;
  /** Where a price is configured, the cost of the change is estimated with it. */
  readonly pricing: Pricing | undefined;
}

/** `prod/chat` */
export function subjectName(subject: Pick<ProposalSubject, 'environment' | 'deployment'>): string {
  return `${subject.environment}/${subject.deployment}`;
}

export function targetsOf(subject: ProposalSubject): readonly PlanTarget[] {
  return subject.plan.targets.filter(
    (target) => target.deployment === subject.deployment && target.environment === subject.environment,
  );
}

export function isChange(target: PlanTarget): boolean {
  return target.target !== target.current;
}

export function changesOf(subject: ProposalSubject): readonly PlanTarget[] {
  return targetsOf(subject).filter(isChange);
}

export function heldOf(subject: ProposalSubject): readonly HeldItem[] {
  return subject.plan.held.filter(
    (item) =>
      item.deployment === subject.deployment && (item.environment === null || item.environment === subject.environment),
  );
}

/** The service's name, with its namespace where the graph's name stands in several. */
export function serviceLabel(subject: ProposalSubject, service: { namespace: string | null; service: string }): string {
  const namespaces = new Set(targetsOf(subject).map((target) => target.namespace));
  return namespaces.size > 1 && service.namespace !== null
    ? `${service.namespace}/${service.service}`
    : service.service;
}

/** What the edited number is: the count itself, or the floor of the autoscaler that sets the count. */
export function numberLabel(target: PlanTarget): string {
  switch (target.owner) {
    case 'graph':
    case 'adapter':
      return '';
    case 'autoscaler':
      return ' floor';
  }
}

/** GPUs of the changed services before and after; null as soon as one of them is unknown, never counted as zero. */
export function gpuChange(
  changes: readonly PlanTarget[],
): { readonly before: number; readonly after: number; readonly delta: number } | null {
  let before = 0;
  let after = 0;
  for (const change of changes) {
    if (change.gpusPerReplica === null) return null;
    before += change.current * change.gpusPerReplica;
    after += change.target * change.gpusPerReplica;
  }
  return { before, after, delta: after - before };
}

/** `+3`, `-2`, `0` */
export function signed(number: number): string {
  return number > 0 ? `+${number}` : String(number);
}
