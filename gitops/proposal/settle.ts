import { subjectName } from '../../report/index.ts';
import type { ForgeSurvey, SurveyedProposal } from '../forges/index.ts';
import type { Considered } from './consider.ts';
import type { Decision } from './decide.ts';
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
export function settle(all: readonly Considered[], survey: ForgeSurvey, limits: ProposalLimits, sign: string): Settled {
  const closing = new Set(all.flatMap(({ view, decision }) => (decision.kind === 'close' ? [view.head.branch] : [])));
  const open = survey.open.filter(({ branch }) => !closing.has(branch));
  const desk = new Desk(open, survey.openedSince, limits, sign);
  const considered = [...all].sort((a, b) => rank(a) - rank(b)).map((one) => desk.admit(one));
  return { considered, superseded: desk.superseded() };
}

type Written = Extract<Decision, { readonly kind: 'create' | 'update' }>;
type Rival = Claim & { readonly file: string };

/** What people have before them so far, and what is added to it. */
class Desk {
  /** By file. */
  readonly #claims = new Map<string, Claim>();
  readonly #gone = new Map<string, Settled['superseded'][number]>();
  readonly #limits: ProposalLimits;
  #open: number;
  #openedSince: number;

  /** Of two that are open and have a file in common, which another run made at the same time, the older has it. */
  constructor(open: readonly SurveyedProposal[], openedSince: number, limits: ProposalLimits, sign: string) {
    this.#limits = limits;
    this.#open = open.length;
    this.#openedSince = openedSince;
    for (const proposal of open) {
      const claim: Claim = { branch: proposal.branch, name: `${sign}${proposal.number}`, proposal };
      for (const { file } of proposal.changes) if (!this.#claims.has(file)) this.#claims.set(file, claim);
    }
  }

  superseded(): Settled['superseded'] {
    return [...this.#gone.values()];
  }

  admit(one: Considered): Considered {
    const { decision } = one;
    if (decision.kind !== 'create' && decision.kind !== 'update') return one;
    const rivals = this.#rivalsOf(one, decision);
    const reason = this.#objection(one, decision, rivals);
    if (reason !== undefined) return { ...one, decision: { kind: 'held', reason, draft: decision.draft } };
    if (decision.kind === 'create') {
      this.#openedSince += 1;
      this.#open += 1 - rivals.length;
    }
    for (const { proposal } of rivals) {
      if (proposal !== undefined) this.#gone.set(proposal.branch, { old: proposal, by: subjectName(one) });
    }
    const name = `the proposal of ${subjectName(one)}`;
    for (const { file } of decision.draft.files) {
      this.#claims.set(file, { branch: one.view.head.branch, name, proposal: undefined });
    }
    return one;
  }

  /** Others that have a file of it, each once. */
  #rivalsOf({ view }: Considered, { draft }: Written): readonly Rival[] {
    const found = new Map<string, Rival>();
    for (const { file } of draft.files) {
      const claim = this.#claims.get(file);
      if (claim === undefined || claim.branch === view.head.branch || this.#gone.has(claim.branch)) continue;
      if (!found.has(claim.branch)) found.set(claim.branch, { ...claim, file });
    }
    return [...found.values()];
  }

  #objection(one: Considered, { kind, draft }: Written, rivals: readonly Rival[]): string | undefined {
    const { maxOpen = Number.POSITIVE_INFINITY, maxPerHour = Number.POSITIVE_INFINITY } = this.#limits;
    const rival = rivals.find((claim) => !isSuperseded(claim, draft, one));
    if (rival !== undefined) {
      return `${rival.file} is changed by ${rival.name} already; it waits until that is merged or closed`;
    }
    const left = this.#open - rivals.length;
    if (kind === 'create' && left >= maxOpen) {
      return `${counted(left)} open already, and proposals.maxOpen is ${maxOpen}; merge or close one`;
    }
    if (kind === 'create' && this.#openedSince >= maxPerHour) {
      return `${counted(this.#openedSince)} of the last hour, and proposals.maxPerHour is ${maxPerHour}; it waits for a later run`;
    }
    return undefined;
  }
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
