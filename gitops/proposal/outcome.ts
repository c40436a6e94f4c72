import type { Result } from '../../api/index.ts';
import { succeed } from '../../api/index.ts';
import { outcomeComment, type ProposalNews } from '../../report/index.ts';
import type { Considered } from './consider.ts';
import { deliveredWords } from './delivered.ts';
import type { ProposeInput } from './propose.ts';

/** What is to be said on a proposal. */
interface Announcement {
  readonly number: number;
  readonly news: Pick<ProposalNews, 'outcome' | 'reason' | 'advice'>;
  /** Nothing to interrupt anybody for: it only replaces what is no longer so. */
  readonly onlyReplaces: boolean;
  readonly mayExist: boolean;
}

/**
 * Says on the proposal what becomes of it, in the one comment that there is: before it is closed, since nobody looks at a
 * closed one again, and after anything else.
 */
export async function announce(
  { plan, forge, now, status }: ProposeInput,
  considered: Considered,
): Promise<Result<undefined>> {
  const { environment, deployment } = considered;
  const announcement = announcementOf({ plan, status }, considered);
  if (announcement === undefined || (announcement.onlyReplaces && !announcement.mayExist)) return succeed(undefined);
  const { news, ...where } = announcement;
  const at = now.toISOString();
  const markdown = outcomeComment({ environment, deployment, ...news, at }, forge.name);
  const told = await forge.comment({ ...where, markdown, at: now });
  return told.ok ? succeed(undefined) : told;
}

function announcementOf(
  { plan, status }: Pick<ProposeInput, 'plan' | 'status'>,
  { view, decision }: Considered,
): Announcement | undefined {
  const { open, merged, obstacle } = view;
  if (open === undefined) {
    const words = merged === undefined || status === undefined ? undefined : deliveredWords(merged, plan, status);
    if (merged === undefined || words === undefined) return undefined;
    const news = { outcome: 'delivered', reason: words } as const;
    return { number: merged.number, news, onlyReplaces: false, mayExist: true };
  }
  const on = { number: open.mergeRequest.number, mayExist: open.isCommented };
  switch (decision.kind) {
    case 'close':
      return { ...on, news: { outcome: 'closed', reason: decision.reason }, onlyReplaces: false };
    case 'update': {
      const isTakenBack = open.mergedBy === 'somebody';
      const advice = isTakenBack
        ? 'Somebody had asked for it to be merged by itself. That was for other numbers, so it was taken back.'
        : undefined;
      return { ...on, news: { ...upToDate(plan.digest), advice }, onlyReplaces: !isTakenBack };
    }
    case 'unchanged':
      return { ...on, news: upToDate(open.mergeRequest.planDigest), onlyReplaces: true };
    case 'refused':
      if (obstacle?.kind === 'foreign') {
        return { ...on, news: { outcome: 'stopped', reason: obstacle.reason, advice: FOREIGN }, onlyReplaces: false };
      }
      if (decision.unwanted !== undefined) {
        // The plan of the next hour that says the same is no news.
        const reason = decision.unwanted.replace(/plan sha256:[0-9a-f]{64}/, 'the newest plan');
        return { ...on, news: { outcome: 'unwanted', reason }, onlyReplaces: false };
      }
      return undefined;
    case 'create':
    case 'held':
    case 'nothing-to-do':
      return undefined;
  }
}

const FOREIGN = 'Merge it, or close it and delete its branch, and the next plan is proposed afresh.';

function upToDate(plan: string): Announcement['news'] {
  return { outcome: 'updated', reason: `its numbers are those of plan ${plan}` };
}
