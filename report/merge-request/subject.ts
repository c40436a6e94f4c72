import type { Backtest, HeldItem, Plan, PlanTarget, Pricing } from '../../api/index.ts';
import { isChange } from '../blocks/index.ts';
import { visibleText } from '../markdown/index.ts';

/** What one merge request is about: a graph in an environment, and all that the plan says of it. */
export interface ProposalSubject {
  readonly plan: Plan;
  readonly environment: string;
  readonly deployment: string;
  /** Where a price is configured, the cost of the change is estimated with it. */
  readonly pricing: Pricing | undefined;
  /** Of the services whose floor is changed, as far as their manifests say. */
  readonly autoscalers: readonly Autoscaler[];
  /** Of this graph, where one was made. */
  readonly backtest?: Backtest | undefined;
}

/** What drives a service of the graph. */
export interface Autoscaler {
  readonly namespace: string;
  readonly service: string;
  readonly kind: 'hpa' | 'keda';
  readonly name: string;
  /** Its ceiling; undefined where that cannot be read. */
  readonly max: number | undefined;
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

export function changesOf(subject: ProposalSubject): readonly PlanTarget[] {
  return targetsOf(subject).filter(isChange);
}

export function heldOf(subject: ProposalSubject): readonly HeldItem[] {
  return subject.plan.held.filter(
    (item) =>
      item.deployment === subject.deployment && (item.environment === null || item.environment === subject.environment),
  );
}

/** Longest name of a service with its namespace that Kubernetes has, and a slash. */
const MAX_LABEL = 127;

/** The service's name, with its namespace where the graph's name stands in several. */
export function serviceLabel(subject: ProposalSubject, service: { namespace: string | null; service: string }): string {
  const namespaces = new Set(targetsOf(subject).map((target) => target.namespace));
  const label =
    namespaces.size > 1 && service.namespace !== null ? `${service.namespace}/${service.service}` : service.service;
  return visibleText(label, MAX_LABEL);
}
