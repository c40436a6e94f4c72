import { type HeldItem, type Plan, SCHEMA_VERSION } from '../../api/index.ts';
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
  visibleText,
} from '../../report/index.ts';
import { shellWord } from '../shell-word.ts';

/** What a run of `propose` was asked to do. */
export interface ProposeRun {
  readonly plan: Plan;
  readonly forge: string;
  readonly base: string;
  readonly dryRun: boolean;
}

/** What the plan looked at and holds; graphs that nobody asked to plan are not held back by anything. */
export function heldIn({ held }: Plan): readonly HeldItem[] {
  return held.filter((item) => item.code !== 'not-planned');
}

/** The audit record of a run, and the merge requests as a reviewer sees them. */
export function proposeReport(run: ProposeRun, result: ProposeResult): Report {
  const { proposals } = result;
  const closing = [...heldLines(run.plan, proposals), ...summary(run.plan, result)];
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
      held: heldIn(run.plan),
      proposals: proposals.map((proposal) => auditRecord(proposal, run.dryRun)),
    },
    text: (paint) => {
      const parts = proposals.flatMap((proposal) => {
        const line = proposalLine(proposal, run.dryRun);
        const view = isWritten(proposal) ? mergeRequestView(proposal, run.dryRun) : undefined;
        const steps = nextSteps(run, proposal).map(({ label, command }) => paint.faint(`  ${label} ${command}`));
        return view === undefined
          ? [[line, ...steps].join('\n')]
          : [mergeRequestText(view, paint), [paint.notice(line), ...steps].join('\n')];
      });
      return [...parts, ...(closing.length === 0 ? [] : [closing.join('\n')])].join('\n\n');
    },
    markdown: () => printMarkdown([...markdownOf(proposals, run.dryRun), ...closing.map((line) => paragraph(line))]),
  };
}

/** Where to look at an open merge request; at one of the embedded forge, git alone is enough to do so and to merge it. */
function nextSteps({ forge, dryRun }: ProposeRun, { outcome, branch, base, mergeRequest }: Proposal) {
  const isOpen = outcome === 'created' || outcome === 'updated' || outcome === 'unchanged';
  if (dryRun || !isOpen) return [];
  if (forge !== 'local') {
    return mergeRequest?.url === undefined ? [] : [{ label: 'look:', command: visibleText(mergeRequest.url) }];
  }
  return [
    { label: 'look:', command: `git diff ${shellWord(`${base.branch}...${branch}`)}` },
    { label: `merge, on ${base.branch}:`, command: `git merge ${shellWord(branch)}` },
  ];
}

/** `prod/chat: created !1 (dynamo-gitops/prod/chat → main)` */
export function proposalLine(proposal: Proposal, dryRun: boolean): string {
  const { outcome, mergeRequest, reason, branch, base, sign } = proposal;
  const number = mergeRequest === undefined ? '' : ` ${sign}${mergeRequest.number}`;
  const would = dryRun && ['created', 'updated', 'closed'].includes(outcome) ? 'would be ' : '';
  const where = isWritten(proposal) ? ` (${branch} → ${base.branch})` : '';
  const done = outcome === 'nothing-to-do' ? 'nothing to do' : outcome;
  return `${subjectName(proposal)}: ${would}${done}${number}${where}${reason === undefined ? '' : `: ${reason}`}`;
}

/** A proposal as a reviewer meets it; undefined where it has no text of its own. */
export function mergeRequestView(proposal: Proposal, dryRun: boolean): MergeRequestView | undefined {
  const { draft, mergeRequest, branch, base } = proposal;
  if (draft === undefined) return undefined;
  return {
    number: mergeRequest?.number ?? null,
    sign: proposal.sign,
    state: dryRun ? 'dry run' : (mergeRequest?.state ?? 'open'),
    title: draft.title,
    head: branch,
    base: base.branch,
    body: proposalBody(draft.subject, draft.forge),
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
    url: mergeRequest?.url ?? null,
    /** The commit that is on the branch now; a dry run makes none. */
    commit: dryRun && proposal.outcome !== 'unchanged' ? null : (mergeRequest?.head.commit ?? null),
    /** What the hosted forge says of the commit that this run made. */
    verified: mergeRequest?.isVerified ?? null,
    title: draft?.title ?? mergeRequest?.title ?? null,
    changes: draft?.changes ?? [],
    /** Numbers of the graph that are proposed once this one is merged and observed. */
    waiting: proposal.waiting,
    body: draft?.body ?? null,
    diff: draft?.diff ?? null,
  };
}

function isWritten(proposal: Proposal): boolean {
  return proposal.outcome === 'created' || proposal.outcome === 'updated';
}

/** What is held, save where a merge request's own text says so. */
function heldLines(plan: Plan, proposals: readonly Proposal[]): readonly string[] {
  const told = proposals.filter(isWritten);
  const waiting = proposals.filter(({ outcome }) => outcome === 'unchanged').flatMap((proposal) => proposal.waiting);
  const held = [...heldIn(plan).filter((item) => !told.some((proposal) => isOf(item, proposal))), ...waiting];
  const isLeft = held.some((item) => !proposals.some((proposal) => isOf(item, proposal)));
  return [
    ...held.map(({ environment, deployment, service, reason }) => {
      const name = [environment, deployment, service].filter((part) => part !== null).join('/');
      return `${visibleText(name)} is held: ${visibleText(reason)}`;
    }),
    ...(isLeft ? ['An open merge request of a held graph stays as it is.'] : []),
  ];
}

function isOf(item: HeldItem, { deployment, environment }: Proposal): boolean {
  return item.deployment === deployment && (item.environment === null || item.environment === environment);
}

function summary(plan: Plan, result: ProposeResult): readonly string[] {
  switch (result.kind) {
    case 'refused':
      return [`Refused: ${result.reason}.`];
    case 'proposed': {
      if (result.proposals.length > 0) return [];
      return heldIn(plan).length > 0
        ? ['Nothing was proposed: everything that was planned is held.']
        : ['Nothing to do: the plan has no target.'];
    }
  }
}

function markdownOf(proposals: readonly Proposal[], dryRun: boolean): readonly Block[] {
  return proposals.flatMap((proposal): readonly Block[] => [
    paragraph(strong(proposalLine(proposal, dryRun))),
    ...(proposal.draft !== undefined && isWritten(proposal)
      ? proposalBody(proposal.draft.subject, proposal.draft.forge)
      : []),
  ]);
}
