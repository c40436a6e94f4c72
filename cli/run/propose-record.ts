import { digestOf, type Plan, SCHEMA_VERSION } from '../../api/index.ts';
import type { Proposal, ProposeResult } from '../../gitops/index.ts';
import { VERSION } from '../version.ts';
import { heldIn, type ProposeRun } from './propose-run.ts';

/** What an auditor reads of a run: from which plan and inputs, what was decided of each graph, and what was written. */
export function proposeRecord({ plan, forge, base, dryRun, at }: ProposeRun, result: ProposeResult) {
  return {
    schemaVersion: SCHEMA_VERSION,
    kind: 'proposals',
    at: at.toISOString(),
    tool: { name: 'dynamo-gitops', version: VERSION },
    ...{ dryRun, forge, base },
    plan: { digest: plan.digest, createdAt: plan.createdAt, expiresAt: plan.expiresAt, inputs: plan.inputs },
    refused: result.kind === 'refused' ? result.reason : null,
    held: heldIn(plan),
    proposals: result.proposals.map((proposal) => proposalRecord(plan, proposal, dryRun)),
  };
}

function proposalRecord(plan: Plan, proposal: Proposal, dryRun: boolean) {
  const { draft, mergeRequest, autoMerge, outcome } = proposal;
  return {
    environment: proposal.environment,
    deployment: proposal.deployment,
    outcome,
    reason: proposal.reason ?? null,
    base: proposal.base,
    branch: proposal.branch,
    number: mergeRequest?.number ?? null,
    state: mergeRequest?.state ?? null,
    url: mergeRequest?.url ?? null,
    /** The commit that is on the branch now; a dry run makes none. */
    commit: dryRun && outcome !== 'unchanged' ? null : (mergeRequest?.head.commit ?? null),
    /** Whether the hosted forge calls that commit verified. */
    verified: mergeRequest?.isVerified ?? null,
    autoMerge: autoMerge === undefined ? null : { isOn: autoMerge.kind === 'on', reason: reasonOf(autoMerge) },
    title: draft?.title ?? mergeRequest?.title ?? null,
    files: filesOf(plan, draft),
    /** What is proposed, or of one that was closed, what was. */
    changes: draft?.changes ?? (outcome === 'closed' ? (mergeRequest?.changes ?? []) : []),
    /** Numbers of the graph that are proposed once this one is merged and observed. */
    waiting: proposal.waiting,
    body: draft?.body ?? null,
    diff: draft?.diff ?? null,
  };
}

function reasonOf(autoMerge: NonNullable<Proposal['autoMerge']>): string | null {
  return autoMerge.kind === 'people' ? autoMerge.reason : null;
}

/** Each file with its digests: when the plan was made, and with the planned numbers. */
function filesOf(plan: Plan, draft: Proposal['draft']) {
  const planned = new Map(
    plan.targets.flatMap(({ locations }) => locations.map(({ file, digest }) => [file, digest] as const)),
  );
  return (draft?.files ?? []).map(({ file, bytes }) => ({
    ...{ file, before: planned.get(file) ?? null, after: digestOf(bytes) },
  }));
}
