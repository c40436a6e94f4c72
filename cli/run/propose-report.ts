import type { HeldItem, Plan } from '../../api/index.ts';
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
import { proposeRecord } from './propose-record.ts';
import { heldIn, type ProposeRun } from './propose-run.ts';

/** The audit record of a run, and the merge requests as a reviewer sees them. */
export function proposeReport(run: ProposeRun, result: ProposeResult): Report {
  const { proposals } = result;
  const closing = [...heldLines(run.plan, proposals), ...summary(run.plan, result)];
  return {
    document: proposeRecord(run, result),
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
function nextSteps({ forge, dryRun }: ProposeRun, { outcome, branch, base, mergeRequest, autoMerge }: Proposal) {
  const isOpen = outcome === 'created' || outcome === 'updated' || outcome === 'unchanged';
  if (dryRun || !isOpen) return [];
  const merges = mergeLines(autoMerge);
  if (forge !== 'local') {
    const look = mergeRequest?.url === undefined ? [] : [{ label: 'look:', command: visibleText(mergeRequest.url) }];
    return [...look, ...merges];
  }
  return [
    ...merges,
    { label: 'look:', command: `git diff ${shellWord(`${base.branch}...${branch}`)}` },
    { label: `merge, on ${base.branch}:`, command: `git merge ${shellWord(branch)}` },
  ];
}

/** Who merges it, where the config says anything of that. */
function mergeLines(autoMerge: Proposal['autoMerge']) {
  switch (autoMerge?.kind) {
    case undefined:
      return [];
    case 'on':
      return [{ label: 'merges:', command: 'by itself, once all that its base requires is there' }];
    case 'people':
      return [{ label: 'merges:', command: `by people: ${visibleText(autoMerge.reason)}` }];
  }
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

function isWritten(proposal: Proposal): boolean {
  return proposal.outcome === 'created' || proposal.outcome === 'updated';
}

/** What is held, save where a merge request's own text says so. */
function heldLines(plan: Plan, proposals: readonly Proposal[]): readonly string[] {
  const told = proposals.filter(isWritten);
  const waiting = proposals.filter(({ outcome }) => outcome === 'unchanged').flatMap((proposal) => proposal.waiting);
  const held = [...heldIn(plan).filter((item) => !told.some((proposal) => isOf(item, proposal))), ...waiting];
  return held.map(({ environment, deployment, service, reason }) => {
    const name = [environment, deployment, service].filter((part) => part !== null).join('/');
    return `${visibleText(name)} is held: ${visibleText(reason)}`;
  });
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
