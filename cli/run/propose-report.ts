import { type Plan, SCHEMA_VERSION } from '../../api/index.ts';
import type { Proposal, ProposeResult } from '../../gitops/index.ts';
import {
  type Block,
  type MergeRequestView,
  mergeRequestText,
  paragraph,
  printMarkdown,
  proposalBody,
  type Report,
  strong,
  subjectName,
} from '../../report/index.ts';

/** What a run of `propose` was asked to do. */
export interface ProposeRun {
  readonly plan: Plan;
  readonly forge: string;
  readonly base: string;
  readonly dryRun: boolean;
}

/** The audit record of a run, and the merge requests as a reviewer sees them. */
export function proposeReport(run: ProposeRun, result: ProposeResult): Report {
  const proposals = result.kind === 'proposed' ? result.proposals : [];
  return {
    document: {
      schemaVersion: SCHEMA_VERSION,
      kind: 'proposals',
      dryRun: run.dryRun,
      forge: run.forge,
      base: run.base,
      plan: {
        digest: run.plan.digest,
        createdAt: run.plan.createdAt,
        expiresAt: run.plan.expiresAt,
        inputs: run.plan.inputs,
      },
      refused: result.kind === 'refused' ? result.reason : null,
      proposals: proposals.map((proposal) => auditRecord(proposal, run.dryRun)),
    },
    text: (paint) => {
      const parts = proposals.flatMap((proposal) => {
        const line = proposalLine(proposal, run.dryRun);
        const view = isWritten(proposal) ? mergeRequestView(proposal, run.dryRun) : undefined;
        return view === undefined ? [line] : [mergeRequestText(view, paint), paint.notice(line)];
      });
      return parts.length === 0 ? summary(result) : parts.join('\n\n');
    },
    markdown: () => printMarkdown(markdownOf(proposals, result, run.dryRun)),
  };
}

/** `prod/chat: created !1 (dynamo-gitops/prod/chat → main)` */
export function proposalLine(proposal: Proposal, dryRun: boolean): string {
  const { outcome, mergeRequest, reason, branch, base } = proposal;
  const number = mergeRequest === undefined ? '' : ` !${mergeRequest.number}`;
  const would = dryRun && ['created', 'updated', 'closed'].includes(outcome) ? 'would be ' : '';
  const where = isWritten(proposal) ? ` (${branch} → ${base.branch})` : '';
  return `${subjectName(proposal)}: ${would}${outcome}${number}${where}${reason === undefined ? '' : `: ${reason}`}`;
}

/** A proposal as a reviewer meets it; undefined where it has no text of its own. */
export function mergeRequestView(proposal: Proposal, dryRun: boolean): MergeRequestView | undefined {
  const { draft, mergeRequest, branch, base } = proposal;
  if (draft === undefined) return undefined;
  return {
    number: mergeRequest?.number ?? null,
    state: dryRun ? 'dry run' : (mergeRequest?.state ?? 'open'),
    title: draft.title,
    head: branch,
    base: base.branch,
    body: proposalBody(draft.subject),
    diff: draft.diff,
  };
}

function auditRecord(proposal: Proposal, dryRun: boolean) {
  const { draft, mergeRequest } = proposal;
  return {
    environment: proposal.environment,
    deployment: proposal.deployment,
    outcome: proposal.outcome,
    reason: proposal.reason ?? null,
    base: proposal.base,
    branch: proposal.branch,
    number: mergeRequest?.number ?? null,
    state: mergeRequest?.state ?? null,
    /** The commit that is on the branch now; a dry run makes none. */
    commit: dryRun && proposal.outcome !== 'unchanged' ? null : (mergeRequest?.head.commit ?? null),
    title: draft?.title ?? mergeRequest?.title ?? null,
    changes: draft?.changes ?? [],
    body: draft?.body ?? null,
    diff: draft?.diff ?? null,
  };
}

function isWritten(proposal: Proposal): boolean {
  return proposal.outcome === 'created' || proposal.outcome === 'updated';
}

function summary(result: ProposeResult): string {
  switch (result.kind) {
    case 'refused':
      return `Refused: ${result.reason}.`;
    case 'proposed':
      return 'Nothing to do: the plan has no target.';
  }
}

function markdownOf(proposals: readonly Proposal[], result: ProposeResult, dryRun: boolean): readonly Block[] {
  if (proposals.length === 0) return [paragraph(summary(result))];
  return proposals.flatMap((proposal): readonly Block[] => [
    paragraph(strong(proposalLine(proposal, dryRun))),
    ...(proposal.draft !== undefined && isWritten(proposal) ? proposalBody(proposal.draft.subject) : []),
  ]);
}
