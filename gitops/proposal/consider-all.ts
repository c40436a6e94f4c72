import { formatProblem, type HeldItem, type Problem, type Result, succeed } from '../../api/index.ts';
import { subjectName } from '../../report/index.ts';
import type { EditGroup } from '../edit-set/index.ts';
import type { SurveyedProposal } from '../forges/index.ts';
import { BRANCH_PREFIX } from './branch.ts';
import { type Considered, consider, considerHeld, considerSuperseded, graphOf } from './consider.ts';
import type { Decision } from './decide.ts';
import type { ProposeInput } from './propose.ts';
import { type Settled, settle } from './settle.ts';

/** What each graph of a plan wants on its own, drafted before the first is written, so that a stale file stops them all. */
export async function considerAll(
  input: ProposeInput,
  groups: readonly EditGroup[],
): Promise<Result<readonly Considered[]>> {
  const considered: Considered[] = [];
  const problems: Problem[] = [];
  for (const group of groups) {
    const one = await consider(input, group);
    if (one.ok) considered.push(one.value);
    else problems.push(...one.error);
  }
  return problems.length > 0 ? { ok: false, error: distinct(problems) } : succeed(considered);
}

const HOUR_MS = 3_600_000;

/** What all of them, and what is open already, leave to each; in the order in which it is to be written. */
export async function settleAll(
  input: ProposeInput,
  groups: readonly EditGroup[],
  considered: readonly Considered[],
): Promise<Result<readonly Considered[]>> {
  const { plan, forge, base, now, limits = {} } = input;
  const isWriting = considered.some(({ decision }) => asksForMore(decision));
  const planned = new Set(groups.map(subjectName));
  const held = plan.held.filter(
    ({ environment, deployment }) => environment === null || !planned.has(subjectName({ environment, deployment })),
  );
  if (!isWriting && held.length === 0) return succeed(considered);
  const since = limits.maxPerHour === undefined ? undefined : new Date(now.getTime() - HOUR_MS);
  const after = considered.at(-1)?.view;
  const survey = await forge.survey({ base, prefix: `${BRANCH_PREFIX}/`, since, after });
  if (!survey.ok) return survey;
  const unplanned = survey.value.open.filter((one) => !planned.has(subjectName(graphOf(one))));
  const ofHeld = await considerEach(unplanned, (one) => {
    const items = held.filter((item) => isOf(item, one));
    return items.length === 0 ? undefined : considerHeld(input, one, items);
  });
  if (!ofHeld.ok) return ofHeld;
  const settled = settle([...considered, ...ofHeld.value], survey.value, limits, forge.sign);
  const superseded = await considerEach(settled.superseded, ({ old, by }) => considerSuperseded(input, old, by));
  if (!superseded.ok) return superseded;
  const branches = new Set(superseded.value.map(({ view }) => view.head.branch));
  const others = settled.considered.filter(({ view }) => !branches.has(view.head.branch));
  const { newest: surveyed } = survey.value;
  return succeed([
    ...superseded.value,
    ...others.map((one) => ({ ...behind(one, settled.superseded, superseded.value), surveyed })),
  ]);
}

/** What takes the place of a proposal waits where people keep us from closing that one. */
function behind(one: Considered, pairs: Settled['superseded'], superseded: readonly Considered[]): Considered {
  const replaced = pairs.filter(({ by }) => by === subjectName(one)).map(({ old }) => old.branch);
  const kept = superseded.find(
    ({ view, decision }) => decision.kind === 'refused' && replaced.includes(view.head.branch),
  );
  if (kept?.decision.kind !== 'refused') return one;
  const draft = 'draft' in one.decision ? one.decision.draft : undefined;
  return {
    ...one,
    decision: { kind: 'held', reason: `${subjectName(kept)} is in its way: ${kept.decision.reason}`, draft },
  };
}

/** Whether it is one more to look at, or reaches for a file that may be another proposal's. */
function asksForMore(decision: Decision): boolean {
  if (decision.kind !== 'update') return decision.kind === 'create';
  const own = new Set(decision.open.mergeRequest.changes.map(({ file }) => file));
  return decision.draft.files.some(({ file }) => !own.has(file));
}

function isOf(item: HeldItem, proposal: SurveyedProposal): boolean {
  const { environment, deployment } = graphOf(proposal);
  return item.deployment === deployment && (item.environment === null || item.environment === environment);
}

async function considerEach<T>(
  all: readonly T[],
  one: (item: T) => Promise<Result<Considered>> | undefined,
): Promise<Result<readonly Considered[]>> {
  const found: Considered[] = [];
  for (const item of all) {
    const considered = await one(item);
    if (considered === undefined) continue;
    if (!considered.ok) return considered;
    found.push(considered.value);
  }
  return succeed(found);
}

/** A missing base is every group's problem, and said once. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [formatProblem(problem), problem])).values()];
}
