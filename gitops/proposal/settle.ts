import { subjectName } from '../../report/index.ts';
import type { ForgeSurvey, SurveyedProposal } from '../forges/index.ts';
import type { Considered } from './consider.ts';
import type { Draft } from './draft.ts';

/** How many proposals people are asked to look at; undefined is no limit. */
export interface ProposalLimits {
  /** Open at once. */
  readonly maxOpen?: number | undefined;
  /** Opened within an hour. */
  readonly maxPerHour?: number | undefined;
  /** Replicas by which a number must differ from the one in a proposal that a person closed. */
  readonly minStepAfterClose?: number | undefined;
}

export interface Settled {
  /** In the order in which they are to be written. */
  readonly considered: readonly Considered[];
  /** Open proposals whose numbers others propose now, with the graph that does. */
  readonly superseded: readonly { readonly old: SurveyedProposal; readonly by: string }[];
}

/**
 * Fits what each graph wants on its own with what is open already: no file is in two proposals, and there are no more of
 * them than people want to look at. What closes goes first, then what is open, then what adds replicas.
 */
export function settle(
  all: readonly Considered[],
  survey: ForgeSurvey,
  { maxOpen = Number.POSITIVE_INFINITY, maxPerHour = Number.POSITIVE_INFINITY }: ProposalLimits,
  sign: string,
): Settled {
  const closing = new Set(all.flatMap(({ view, decision }) => (decision.kind === 'close' ? [view.head.branch] : [])));
  const open = survey.open.filter(({ branch }) => !closing.has(branch));
  const claims = new Map<string, Claim>();
  for (const one of open) {
    for (const { file } of one.changes) {
      if (!claims.has(file)) claims.set(file, { branch: one.branch, name: `${sign}${one.number}`, proposal: one });
    }
  }
  const gone = new Map<string, { readonly old: SurveyedProposal; readonly by: string }>();
  let { openedSince } = survey;
  let openNow = open.length;
  const considered = [...all]
    .sort((a, b) => rank(a) - rank(b))
    .map((one): Considered => {
      const { decision, view } = one;
      if (decision.kind !== 'create' && decision.kind !== 'update') return one;
      const { draft } = decision;
      const hold = (reason: string): Considered => ({ ...one, decision: { kind: 'held', reason, draft } });
      const rivals = rivalsOf(draft, view.head.branch, claims).filter(({ branch }) => !gone.has(branch));
      const rival = rivals.find((claim) => !isSuperseded(claim, draft, one));
      if (rival !== undefined)
        return hold(`${rival.file} is changed by ${rival.name} already; it waits until that is merged or closed`);
      if (decision.kind === 'create') {
        const left = openNow - rivals.length;
        if (left >= maxOpen)
          return hold(`${counted(left)} open already, and proposals.maxOpen is ${maxOpen}; merge or close one`);
        if (openedSince >= maxPerHour) {
          return hold(
            `${counted(openedSince)} of the last hour, and proposals.maxPerHour is ${maxPerHour}; it waits for a later run`,
          );
        }
        openedSince += 1;
        openNow = left + 1;
      }
      for (const { proposal } of rivals) {
        if (proposal !== undefined) gone.set(proposal.branch, { old: proposal, by: subjectName(one) });
      }
      for (const { file } of draft.files) claims.set(file, claimOf(one));
      return one;
    });
  return { considered, superseded: [...gone.values()] };
}

/** `1 proposal is`, `3 proposals are` */
function counted(count: number): string {
  return count === 1 ? '1 proposal is' : `${count} proposals are`;
}

interface Claim {
  readonly branch: string;
  /** `!3`, or the graph of a proposal that this run writes. */
  readonly name: string;
  /** Undefined for one that this run writes. */
  readonly proposal: SurveyedProposal | undefined;
}

function claimOf({ view, environment, deployment }: Considered): Claim {
  return { branch: view.head.branch, name: `the proposal of ${environment}/${deployment}`, proposal: undefined };
}

function rivalsOf(
  draft: Draft,
  branch: string,
  claims: ReadonlyMap<string, Claim>,
): readonly (Claim & { readonly file: string })[] {
  const found = new Map<string, Claim & { readonly file: string }>();
  for (const { file } of draft.files) {
    const claim = claims.get(file);
    if (claim !== undefined && claim.branch !== branch && !found.has(claim.branch))
      found.set(claim.branch, { ...claim, file });
  }
  return [...found.values()];
}

/**
 * Whether nothing is left of what an open proposal was about: the same number is proposed for a graph of another name or
 * environment now, or the files that both change do not speak of its graph any more.
 */
function isSuperseded({ proposal }: Claim, draft: Draft, { view }: Considered): boolean {
  if (proposal === undefined) return false;
  const files = new Set(draft.files.map(({ file }) => file));
  const shared = proposal.changes.filter(({ file }) => files.has(file));
  return shared.every(
    ({ file, line, namespace, deployment, service }) =>
      draft.changes.some(
        (change) =>
          change.file === file &&
          change.line === line &&
          change.namespace === namespace &&
          change.deployment === deployment &&
          change.service === service,
      ) || !Buffer.from(view.base.files.get(file)?.bytes ?? []).includes(deployment),
  );
}

function rank({ decision }: Considered): number {
  switch (decision.kind) {
    case 'close':
      return 0;
    case 'update':
      return 1;
    case 'create':
      return decision.draft.changes.some(({ from, to }) => to > from) ? 2 : 3;
    case 'unchanged':
    case 'nothing-to-do':
    case 'held':
    case 'refused':
      return 4;
  }
}
