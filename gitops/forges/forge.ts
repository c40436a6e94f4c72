import type { AutoMergeMethod, ForgeName, MergeRequest, Problem, ProposedChange, Result } from '../../api/index.ts';
import type { FileEntry, StoredFile } from '../repository/index.ts';

/**
 * Where proposals live. Everything that is remembered is remembered there; we keep no state of our own. Every write
 * compares what it was decided on with what is there, and ends in a problem with the code `conflict` where that moved.
 */
export interface Forge {
  readonly name: ForgeName;
  /** What people write before the number of a proposal. */
  readonly sign: '!' | '#';
  /** All that a decision about one branch needs, read together. */
  view(request: ViewRequest): Promise<Result<BranchView>>;
  /**
   * Opens the branch's proposal, or adds one commit to the open one and brings its text up to date. What a run before it
   * left half done is taken up where it stopped.
   */
  write(proposal: ProposalWrite): Promise<Result<MergeRequest>>;
  /** The branch of an open proposal. */
  branchOf(number: number): Promise<Result<string>>;
  /** Every path that a merge of the view's branch would change, in content, mode or existence. */
  changedFiles(view: BranchView): Promise<Result<readonly string[]>>;
  /** Brings the one comment on what became of a proposal to a text, and writes nothing where it says so already. */
  comment(comment: ProposalComment): Promise<Result<CommentOutcome>>;
  /** Has the forge merge an open proposal by itself once all that its base requires is there; nothing is merged by us. */
  mergeByItself(request: AutoMergeRequest): Promise<Result<AutoMergeOutcome>>;
  /** Takes that back for the view's open proposal. */
  leaveToPeople(view: BranchView): Promise<Result<undefined>>;
  /** Closes the view's open proposal without merging. */
  close(view: BranchView, reason: string, at: Date): Promise<Result<MergeRequest>>;
  /** Deletes the view's branch, which is an orphan. */
  dropBranch(view: BranchView, at: Date): Promise<Result<undefined>>;
  /** What of ours is open, whatever graph it is of, and how much was opened lately. */
  survey(request: SurveyRequest): Promise<Result<ForgeSurvey>>;
}

/** The embedded forge, which also has what people do with the buttons of a hosted one. */
export interface LocalForge extends Forge {
  readonly name: 'local';
  merge(number: number, options: MergeOptions): Promise<Result<Merged>>;
  /** Every proposal there was, by number. */
  list(): Promise<Result<readonly MergeRequest[]>>;
}

export function isLocalForge(forge: Forge): forge is LocalForge {
  return forge.name === 'local';
}

export interface ViewRequest {
  readonly base: string;
  readonly head: string;
  /** Files to read on both branches. */
  readonly files: readonly string[];
  /** Files to read of the base alone. */
  readonly supporting?: readonly string[];
}

export interface SurveyRequest {
  readonly base: string;
  /** What the names of our branches begin with. */
  readonly prefix: string;
  /** Undefined where nobody asks what was opened lately. */
  readonly since: Date | undefined;
  /** A view of this run: what it saw of the forge need not be looked at again, since a write holds to what was surveyed. */
  readonly after?: BranchView | undefined;
}

export interface ForgeSurvey {
  /** Our open proposals into the base, by number. */
  readonly open: readonly SurveyedProposal[];
  /** How many were opened since, whatever became of them. */
  readonly openedSince: number;
  /** Highest number that was given by then; undefined where the forge does not count on it. */
  readonly newest?: number;
}

export interface SurveyedProposal {
  readonly number: number;
  readonly branch: string;
  readonly changes: readonly ProposedChange[];
}

export interface BranchView {
  readonly base: { readonly branch: string; readonly commit: string; readonly files: ReadonlyMap<string, StoredFile> };
  readonly head: {
    readonly branch: string;
    /** Undefined where there is no such branch. */
    readonly commit: string | undefined;
    /** Empty unless the branch is as we left it. */
    readonly files: ReadonlyMap<string, FileEntry>;
  };
  readonly open: OpenProposal | undefined;
  /** The branch's last proposal, where it was merged. */
  readonly merged: MergeRequest | undefined;
  /** The branch's last proposal, where a person closed it without merging: that is a decision. */
  readonly rejected: MergeRequest | undefined;
  readonly obstacle: Obstacle | undefined;
  /** The branch is ours, and has no proposal: a run was cut short after it wrote one half, or before it deleted the other. */
  readonly isOrphan: boolean;
}

/** Why we may not write to a branch, though git would let us. */
export type Obstacle =
  /** Its tip is not the commit that the proposal remembers: somebody else pushed, or moved it. */
  | { readonly kind: 'foreign'; readonly reason: string }
  /** It is no branch of its own, and whoever works on the one that it leads to would find our commit there. */
  | { readonly kind: 'alias'; readonly reason: string }
  /** It is checked out, and whoever works there would find their files reverted. */
  | { readonly kind: 'checked-out'; readonly reason: string }
  /** A person asks us, with a label of the proposal, to leave it as it is. */
  | { readonly kind: 'held'; readonly reason: string };

export interface OpenProposal {
  readonly mergeRequest: MergeRequest;
  /** Another one whenever the proposal has changed. */
  readonly revision: string;
  /** False where a write was cut short: the branch has moved on, and the proposal does not say so yet. */
  readonly isComplete: boolean;
  /** Whether anybody, we included, has commented on it. */
  readonly isCommented: boolean;
  /** Who has the forge merge it by itself: we, another person, or nobody. */
  readonly mergedBy: 'us' | 'somebody' | 'nobody';
}

/** The one comment on a proposal. */
export interface ProposalComment {
  /** Of the proposal, whatever its state. */
  readonly number: number;
  /** What it is to say; its first line is the marker by which it is found, and another one where it says something else. */
  readonly markdown: string;
  /** Says nothing where nothing was said before. */
  readonly onlyReplaces: boolean;
  /** False where a view showed that nobody has commented: then ours is not looked for. */
  readonly mayExist: boolean;
  readonly at: Date;
}

export type CommentOutcome = 'written' | 'unchanged' | 'refused';

export interface AutoMergeRequest {
  /** It is merged at this commit or not at all. */
  readonly mergeRequest: Pick<MergeRequest, 'number' | 'head' | 'base'>;
  readonly method: AutoMergeMethod;
  /** Of the commit on the base, where the method makes one. */
  readonly headline: string;
  readonly trailers: string;
}

export type AutoMergeOutcome =
  | { readonly kind: 'on' }
  /** It is for people to merge. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface ProposalWrite {
  /** What the proposal was decided on. */
  readonly view: BranchView;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly commitMessage: string;
  readonly files: readonly { readonly file: string; readonly bytes: Uint8Array }[];
  readonly changes: readonly ProposedChange[];
  readonly diff: string;
  readonly planDigest: MergeRequest['planDigest'];
  /** The time that the plan speaks of. */
  readonly plannedAt: string;
  /** Until when its numbers hold. */
  readonly expiresAt: string;
  readonly at: Date;
  /** `newest` of the survey by which it was found to share no file with another open proposal. */
  readonly surveyed?: number | undefined;
}

export interface MergeOptions {
  readonly at: Date;
  /** The commit that was reviewed: anything else on the branch is not merged. */
  readonly expectedHead?: string;
  /** What to do where the base branch is checked out: refuse, or move the clean work tree along. */
  readonly checkedOut?: 'refuse' | 'fast-forward';
}

export interface Merged {
  readonly mergeRequest: MergeRequest;
  /** The commit on the base branch. */
  readonly commit: string;
}

/** What a write or a close ends in where the view is no longer true. */
export function lostRace(branch: string): Problem {
  return {
    code: 'conflict',
    message: `somebody else moved "${branch}", its base or its merge request`,
    hint: 'try again',
  };
}

export function missingBase(branch: string): Problem {
  return {
    code: 'not-found',
    message: `the branch "${branch}", which proposals are merged into, does not exist`,
    hint: 'make a first commit on it, or set proposals.base in dynamo-gitops.yaml',
  };
}
