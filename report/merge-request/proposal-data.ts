import { type JsonObject, type PlanTarget, SCHEMA_VERSION } from '../../api/index.ts';
import { atMost } from '../markdown/index.ts';
import type { ProposalSubject } from './subject.ts';

/** What a body says, for programs. */
export function proposalData(subject: ProposalSubject, changes: readonly PlanTarget[], limit: number): JsonObject {
  const { plan, environment, deployment } = subject;
  const { shown, more } = atMost(changes, limit);
  return {
    schemaVersion: SCHEMA_VERSION,
    kind: 'proposal',
    ...{ environment, deployment, plan: plan.digest, createdAt: plan.createdAt, expiresAt: plan.expiresAt },
    changes: shown.map(({ namespace, service, current, target }) => ({
      namespace,
      service,
      from: current,
      to: target,
    })),
    moreChanges: more,
  };
}
