import type { MergeRequest, ProposedChange, Result } from '../../api/index.ts';
import { fail, succeed } from '../../api/index.ts';
import { readProposalData, visibleText } from '../../report/index.ts';
import type { BranchView, Forge } from '../forges/index.ts';
import { objectName } from '../repository/index.ts';

export interface VerifyInput {
  readonly forge: Forge;
  readonly base: string;
  /** The proposal's branch. */
  readonly branch: string;
  readonly now: Date;
}

/** Whether an open proposal may still be merged as it is. */
export interface Verification {
  readonly mergeRequest: MergeRequest;
  /** Why not, in words; empty where it may. */
  readonly reasons: readonly string[];
  /** Why we leave it as it is, though that keeps nobody from merging it; undefined where we do not. */
  readonly note: string | undefined;
}

/**
 * Holds an open proposal against its plan, its branch and its base as they are now. It writes nothing.
 * @returns a problem where the branch has no open proposal of ours.
 */
export async function verifyProposal({ forge, base, branch, now }: VerifyInput): Promise<Result<Verification>> {
  const first = await forge.view({ base, head: branch, files: [] });
  if (!first.ok) return first;
  const changes = first.value.open?.mergeRequest.changes ?? [];
  const files = [...new Set(changes.map(({ file }) => file))];
  const view = await forge.view({ base, head: branch, files });
  if (!view.ok) return view;
  const { open, obstacle } = view.value;
  if (open === undefined || open.mergeRequest.base.branch !== base) {
    const message = `the branch ${JSON.stringify(branch)} has no open proposal into ${JSON.stringify(base)}`;
    return fail({ code: 'not-found', message, hint: 'dynamo-gitops propose opens one' });
  }
  const { mergeRequest } = open;
  const others = await otherChanges(forge, view.value, files);
  if (!others.ok) return others;
  const reasons = [
    ...planReasons(mergeRequest, now),
    ...branchReasons(view.value, mergeRequest, files),
    ...others.value,
  ];
  return succeed({
    mergeRequest,
    reasons: reasons.map((reason) => visibleText(reason)),
    note:
      obstacle?.kind === 'held'
        ? visibleText(`${obstacle.reason}: it is not brought up to date, and people say whether it is merged`)
        : undefined,
  });
}

/** The commit says when the plan expires, so that nobody gains time by editing the body; old ones leave that to the body. */
function planReasons({ body, planDigest, expiresAt }: MergeRequest, now: Date): readonly string[] {
  const data = readProposalData(body);
  if (data === undefined) return ['the body does not say any more which plan it is of, and when that expires'];
  if (data.plan !== planDigest) return [`the body is of plan ${data.plan}, and the branch of plan ${planDigest}`];
  const expiry = expiresAt === undefined ? data.expiresAt : new Date(expiresAt);
  if (Number.isNaN(expiry.getTime())) return ['the commit does not say when its plan expires'];
  return expiry.getTime() < now.getTime() ? [`the plan expired at ${expiry.toISOString()}`] : [];
}

/** Paths that a reason names. */
const MOST_TOLD = 3;

/** Whoever may push can also write a commit that looks like ours: what it changes besides the numbers shows it. */
async function otherChanges(
  forge: Forge,
  view: BranchView,
  files: readonly string[],
): Promise<Result<readonly string[]>> {
  if (view.head.commit === undefined || view.obstacle?.kind === 'foreign') return succeed([]);
  const changed = await forge.changedFiles(view);
  if (!changed.ok) return changed;
  const others = changed.value.filter((file) => !files.includes(file));
  if (others.length === 0) return succeed([]);
  const more = others.length > MOST_TOLD ? ` and ${others.length - MOST_TOLD} more` : '';
  return succeed([
    `the branch also changes ${others.slice(0, MOST_TOLD).join(', ')}${more}, of which the plan says nothing`,
  ]);
}

function branchReasons(view: BranchView, { changes }: MergeRequest, files: readonly string[]): readonly string[] {
  const { obstacle, head } = view;
  if (obstacle?.kind === 'foreign') return [obstacle.reason];
  if (head.commit === undefined) return [`the branch "${head.branch}" does not exist any more`];
  if (changes.length === 0) return ['the proposal does not say which numbers it changes'];
  return files.flatMap(
    (file) =>
      fileReason(
        view,
        file,
        changes.filter((change) => change.file === file),
      ) ?? [],
  );
}

/** The base's file of now with the numbers in it must be the branch's file, byte for byte. */
function fileReason({ base, head }: BranchView, file: string, changes: readonly ProposedChange[]): string | undefined {
  const now = base.files.get(file);
  const proposed = head.files.get(file);
  if (now === undefined) return `${file} does not exist on "${base.branch}" any more`;
  if (proposed === undefined) return `${file} does not exist on the branch`;
  if (now.mode !== proposed.mode) return `${file} has mode ${proposed.mode}, and ${now.mode} on "${base.branch}"`;
  const results = withNumbers(Buffer.from(now.bytes).toString('latin1'), changes);
  if (results.kind === 'moved') {
    const { line, from, service } = results.change;
    return `${file}:${line} is no longer ${from} (${service}) on "${base.branch}"`;
  }
  const isSame = results.texts.some(
    (text) => objectName(Buffer.from(text, 'latin1'), proposed.object) === proposed.object,
  );
  return isSame ? undefined : `${file} differs from "${base.branch}" in more than the proposed numbers`;
}

/** A line in which a number stands often has that many readings, and a file no more than these. */
const MOST_READINGS = 256;

type Readings =
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  | { readonly kind: 'moved'; readonly change: ProposedChange };

/** The text with each number replaced in its line, once for each place in the line where it may stand. */
function withNumbers(text: string, changes: readonly ProposedChange[]): Readings {
  let readings: readonly (readonly string[])[] = [text.split('\n')];
  for (const change of changes) {
    const { line, from, to } = change;
    const number = new RegExp(`(?<![\\w.-])${from}(?![\\w.])`, 'g');
    readings = readings
      .flatMap((lines) => {
        const old = lines[line - 1] ?? '';
        return [...old.matchAll(number)].map(({ index }) =>
          lines.with(line - 1, `${old.slice(0, index)}${to}${old.slice(index + String(from).length)}`),
        );
      })
      .slice(0, MOST_READINGS);
    if (readings.length === 0) return { kind: 'moved', change };
  }
  return { kind: 'texts', texts: readings.map((lines) => lines.join('\n')) };
}
