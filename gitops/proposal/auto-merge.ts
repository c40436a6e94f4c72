import {
  type AutoMergeMethod,
  type AutoMergePolicy,
  type MergeRequest,
  type Result,
  succeed,
} from '../../api/index.ts';
import type { BranchView, Forge } from '../forges/index.ts';
import type { Draft } from './draft.ts';

/** Whether the forge may merge a proposal by itself, and why not. */
export type MergePermission =
  | { readonly kind: 'allowed'; readonly method: AutoMergeMethod }
  | { readonly kind: 'people'; readonly reason: string };

/** What a policy says of a proposal. Where anything about it is unknown, people merge it. */
export function mergePermission(
  policy: AutoMergePolicy,
  { subject, changes }: Pick<Draft, 'subject' | 'changes'>,
  obstacle: BranchView['obstacle'],
): MergePermission {
  if (obstacle !== undefined) return { kind: 'people', reason: obstacle.reason };
  if (!policy.environments.includes(subject.environment)) {
    return { kind: 'people', reason: `${subject.environment} is no environment of proposals.autoMerge` };
  }
  const down = changes.find(({ from, to }) => to < from);
  if (policy.changes === 'scale-up' && down !== undefined) {
    return { kind: 'people', reason: `${down.service} becomes smaller, and proposals.autoMerge is for scale-up` };
  }
  const { maxAddedGpus } = policy;
  const added = maxAddedGpus === undefined ? 0 : addedGpus({ subject, changes });
  if (added === undefined) return { kind: 'people', reason: 'the GPUs of a service are not known' };
  if (maxAddedGpus !== undefined && added > maxAddedGpus) {
    return { kind: 'people', reason: `it adds ${added} GPUs, and proposals.autoMerge allows ${maxAddedGpus}` };
  }
  return { kind: 'allowed', method: policy.method };
}

/** GPUs that the services which grow take more; what others give back may come later. */
function addedGpus({ subject, changes }: Pick<Draft, 'subject' | 'changes'>): number | undefined {
  let added = 0;
  for (const { namespace, service, from, to } of distinctChanges(changes)) {
    const target = subject.plan.targets.find(
      (one) =>
        one.environment === subject.environment &&
        one.deployment === subject.deployment &&
        one.namespace === namespace &&
        one.service === service,
    );
    if (target === undefined || target.gpusPerReplica === null) return undefined;
    added += Math.max(0, to - from) * target.gpusPerReplica;
  }
  return added;
}

/** A number is changed in the pin and in what is rendered from it. */
function distinctChanges(changes: Draft['changes']): Draft['changes'] {
  return [...new Map(changes.map((change) => [`${change.namespace}/${change.service}`, change])).values()];
}

/** What became of a proposal's auto-merge. */
export type AutoMerge =
  | { readonly kind: 'on' }
  /** The policy, or the forge, leaves it to people. */
  | { readonly kind: 'people'; readonly reason: string };

/**
 * Has the forge merge an open proposal by itself, or takes that back, as the permission says. What a person asked the forge
 * for stays as it is.
 */
export async function arrangeMerge(
  forge: Forge,
  view: BranchView,
  proposal: { readonly mergeRequest: MergeRequest; readonly commitMessage: string; readonly isWritten: boolean },
  permission: MergePermission,
): Promise<Result<AutoMerge>> {
  const mergedBy = view.open?.mergedBy ?? 'nobody';
  if (permission.kind === 'people') {
    const left = mergedBy === 'us' ? await forge.leaveToPeople(view) : undefined;
    return left?.ok === false ? left : succeed(permission);
  }
  // A write has taken back whatever was asked for before it.
  if (mergedBy !== 'nobody' && !proposal.isWritten) return succeed({ kind: 'on' });
  const { mergeRequest, commitMessage } = proposal;
  const asked = await forge.mergeByItself({
    ...{ mergeRequest, method: permission.method, headline: mergeRequest.title },
    trailers: mergeTrailers(mergeRequest, commitMessage),
  });
  if (!asked.ok) return asked;
  return succeed(asked.value.kind === 'on' ? asked.value : { kind: 'people', reason: asked.value.reason });
}

/** What `history` reads of the commit on the base: the plan that is proposed, and its numbers. */
function mergeTrailers({ planDigest, expiresAt }: MergeRequest, commitMessage: string): string {
  return [
    `Plan-Id: ${planDigest}`,
    ...(expiresAt === undefined ? [] : [`Plan-Expires: ${expiresAt}`]),
    ...commitMessage.split('\n').filter((line) => line.startsWith('Planner-Change: ')),
  ].join('\n');
}
