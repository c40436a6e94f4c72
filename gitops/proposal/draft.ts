import {
  type Backtest,
  type ForgeName,
  type OperatorVersion,
  type Plan,
  type Pricing,
  type Problem,
  type ProposedChange,
  type Result,
  succeed,
} from '../../api/index.ts';
import { isChange, type ProposalSubject, proposalMarkdown, proposalTitle, subjectName } from '../../report/index.ts';
import {
  areHeldAlready,
  type EditGroup,
  misdirectedNumbers,
  replaceNumbers,
  supportingFiles,
} from '../edit-set/index.ts';
import type { BranchView } from '../forges/index.ts';
import { admissionRefusal } from './admission.ts';
import { autoscalersOf } from './autoscalers.ts';
import { commitMessage } from './commit-message.ts';
import { unifiedDiff } from './unified-diff.ts';

/** A proposal as it would be written: everything that depends on the plan and the base alone. */
export interface Draft {
  readonly subject: ProposalSubject;
  /** Whose words and Markdown the body is in. */
  readonly forge: ForgeName;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly commitMessage: string;
  readonly files: readonly { readonly file: string; readonly bytes: Uint8Array }[];
  readonly changes: readonly ProposedChange[];
  readonly diff: string;
}

/** What a plan wants of a base branch for one graph. */
export type Drafted =
  | { readonly kind: 'draft'; readonly draft: Draft }
  /** The plan leaves every number as it is. */
  | { readonly kind: 'no-change' }
  /** The base already holds what the plan wants to change: it was merged since. */
  | { readonly kind: 'held-already'; readonly edits: EditGroup['edits'] }
  /** All that is left waits for the first half of it. */
  | { readonly kind: 'waiting'; readonly reason: string }
  /** The API server or the operator's webhook would not take the edited graph. */
  | { readonly kind: 'not-admitted'; readonly reason: string };

export interface DraftOptions {
  readonly pricing: Pricing | undefined;
  readonly forge: ForgeName;
  /** The release that has to take the edited graph. */
  readonly operator: OperatorVersion;
  /** What policies would have come to; told where it is of the graph. */
  readonly backtest?: Backtest | undefined;
}

/**
 * The proposal of a group of edits on top of the base.
 * @returns a problem for every file that is not what the plan was made from.
 */
export function draftProposal(
  plan: Plan,
  group: EditGroup,
  base: BranchView['base'],
  { pricing, forge, operator, backtest }: DraftOptions,
): Result<Drafted> {
  if (group.edits.length === 0) return succeed({ kind: 'no-change' });
  const read = (file: string) => base.files.get(file)?.bytes;
  if (areHeldAlready(group.edits, read)) return succeed({ kind: 'held-already', edits: group.edits });
  const edited = replaceNumbers(group.edits, read);
  if (!edited.ok) return { ok: false, error: edited.error.map((problem) => onBase(problem, base)) };
  const supporting = supportingFiles(plan, group.edits);
  const reason = admissionRefusal(group.edits, edited.value.files, { read, supporting, operator });
  if (reason !== undefined) return succeed({ kind: 'not-admitted', reason });
  const misdirected = misdirectedNumbers(group.edits, read, supporting);
  if (misdirected.length > 0) return { ok: false, error: misdirected.map((problem) => onBase(problem, base)) };
  const subject: ProposalSubject = {
    plan,
    pricing,
    environment: group.environment,
    deployment: group.deployment,
    autoscalers: autoscalersOf(group.edits, read),
    backtest: backtest !== undefined && subjectName(backtest) === subjectName(group) ? backtest : undefined,
  };
  const title = proposalTitle(subject);
  const targets = plan.targets.filter((target) => isChange(target) && subjectName(target) === subjectName(group));
  const draft: Draft = {
    subject,
    forge,
    title,
    body: proposalMarkdown(subject, forge),
    commitMessage: commitMessage(title, plan, targets),
    files: edited.value.files.map(({ file, after }) => ({ file, bytes: after })),
    changes: edited.value.changes,
    diff: unifiedDiff(edited.value.files),
  };
  return succeed({ kind: 'draft', draft });
}

/** The plan was made from a work tree, and a proposal is made from a branch: a stale file may only wait for its commit. */
function onBase(problem: Problem, base: BranchView['base']): Problem {
  const { code, file, line } = problem;
  if (code !== 'stale' || file === undefined || line !== undefined) return problem;
  const exists = base.files.has(file);
  return {
    ...problem,
    message: exists
      ? `is another file on branch "${base.branch}" than the plan was made from`
      : `does not exist on branch "${base.branch}"`,
    hint: 'commit it there if it is not, or run plan again',
  };
}
