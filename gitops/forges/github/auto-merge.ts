import { type Result, succeed } from '../../../api/index.ts';
import { type AutoMergeOutcome, type AutoMergeRequest, lostRace } from '../forge.ts';
import type { GitHubClient } from './client.ts';
import { type Failure, githubProblem } from './failure.ts';
import {
  AUTO_MERGE_STATE,
  autoMergeState,
  DEQUEUE,
  DISABLE_AUTO_MERGE,
  done,
  ENABLE_AUTO_MERGE,
  ENQUEUE,
} from './queries/index.ts';

/** A call without an answer may have been done, so it is looked up before it is made again. */
const ATTEMPTS = 2;

/**
 * Has GitHub merge a pull request by itself once its base's rules are met, as it is at one commit and no later one. What
 * GitHub refuses stays for a person: we never merge anything ourselves.
 */
export async function mergeByItself(
  client: GitHubClient,
  request: AutoMergeRequest,
): Promise<Result<AutoMergeOutcome>> {
  const { number, head, base } = request.mergeRequest;
  let failure: Failure | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const state = await readAutoMerge(client, number);
    if (!state.ok) return state;
    const { value } = state;
    if (value === undefined || value.headRefOid !== head.commit) return { ok: false, error: [lostRace(head.branch)] };
    const isOn = value.autoMergeRequest !== null || value.isInMergeQueue;
    if (isOn) return succeed({ kind: 'on' });
    const armed = await arm(client, value.id, request);
    if (armed.ok) return succeed({ kind: 'on' });
    failure = armed.error;
    if (failure.kind === 'refused') return refusedOutcome(failure, request.mergeRequest);
    if (failure.kind !== 'lost') break;
  }
  const problem = failure === undefined ? lostRace(base.branch) : githubProblem('switch auto-merge on', failure);
  return { ok: false, error: [problem] };
}

/** Leaves a pull request for people to merge again, whoever had switched auto-merge on or queued it. */
export async function leaveToPeople(
  client: GitHubClient,
  { id, isQueued }: { readonly id: string; readonly isQueued: boolean },
): Promise<Result<undefined>> {
  const off = await client.graphql(done, isQueued ? DEQUEUE : DISABLE_AUTO_MERGE, { id });
  return off.ok ? succeed(undefined) : { ok: false, error: [githubProblem('switch auto-merge off', off.error)] };
}

async function readAutoMerge(client: GitHubClient, number: number) {
  const { owner, repo } = client;
  const answer = await client.graphql(autoMergeState, AUTO_MERGE_STATE, { owner, repo, number });
  return answer.ok
    ? succeed(answer.value.repository?.pullRequest ?? undefined)
    : ({ ok: false, error: [githubProblem('read the pull request', answer.error)] } as const);
}

/** A queue takes only what may be merged now; what may not yet is queued by auto-merge once it may. */
async function arm(client: GitHubClient, id: string, request: AutoMergeRequest): Promise<Result<unknown, Failure>> {
  const { method, mergeRequest, headline, trailers } = request;
  const head = mergeRequest.head.commit;
  if (method === 'queue') {
    const queued = await client.graphql(done, ENQUEUE, { id, head });
    if (queued.ok || queued.error.kind !== 'refused') return queued;
    return client.graphql(done, ENABLE_AUTO_MERGE, { id, head });
  }
  // What a rebase puts on the base are our commits, with the messages that they have.
  const message = method === 'rebase' ? {} : { headline: `${headline} (#${mergeRequest.number})`, body: trailers };
  return client.graphql(done, ENABLE_AUTO_MERGE, { id, head, mergeMethod: METHODS[method], ...message });
}

const METHODS = { merge: 'MERGE', squash: 'SQUASH', rebase: 'REBASE' } as const;

function refusedOutcome(
  { message }: Extract<Failure, { kind: 'refused' }>,
  { head, base }: AutoMergeRequest['mergeRequest'],
): Result<AutoMergeOutcome> {
  // "Head branch was modified. Review and try the merge again."
  if (/head (branch|sha)|expected head/i.test(message)) return { ok: false, error: [lostRace(head.branch)] };
  const reason = REFUSALS.find(({ said }) => said.test(message))?.words ?? `GitHub says "${message}"`;
  return succeed({ kind: 'refused', reason: reason.replaceAll('<base>', `"${base.branch}"`) });
}

/** What GitHub says, as bots report it, and what it means. */
const REFUSALS: readonly { readonly said: RegExp; readonly words: string }[] = [
  {
    said: /clean status/i,
    words: 'nothing that <base> requires is missing, so GitHub has nothing to wait for; require verify as a check',
  },
  { said: /unstable status/i, words: 'checks that <base> does not require are running; the next run tries again' },
  { said: /auto.?merge is not (allowed|enabled)/i, words: 'the settings of the repository do not allow auto-merge' },
  {
    said: /protected branch rules not configured/i,
    words: '<base> requires nothing of a merge; require verify as a check',
  },
];
