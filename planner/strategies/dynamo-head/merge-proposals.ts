/** What one proposer wants of a role. A bound or number that is null says nothing. */
export interface RoleProposal {
  readonly kind: 'set' | 'at-least' | 'at-most';
  readonly role: string;
  readonly replicas: number | null;
}

/** One proposer's answer. Lower numbers have priority. */
export interface Proposal {
  readonly proposer: string;
  readonly priority: number;
  readonly answer:
    | { readonly kind: 'accept' }
    | { readonly kind: 'reject'; readonly reason: string }
    /** A final override is taken as it is. */
    | { readonly kind: 'override'; readonly isFinal: boolean; readonly roles: readonly RoleProposal[] };
}

export interface RoleReplicas {
  readonly role: string;
  readonly replicas: number | null;
}

/** A recommendation that a bound moved. */
export interface BoundClamp {
  readonly role: string;
  readonly bound: 'floor' | 'ceiling';
  readonly proposer: string;
}

export type MergedProposals =
  | { readonly kind: 'rejected'; readonly proposer: string; readonly reason: string }
  | {
      readonly kind: 'merged';
      readonly targets: readonly RoleReplicas[];
      /** Whose final override was taken; undefined where all were merged. */
      readonly finalFrom: string | undefined;
      readonly clamped: readonly BoundClamp[];
      /** Roles whose numbers were left out because a stage only bounds. */
      readonly droppedRoles: readonly string[];
    };

/**
 * Merges what several proposers want: one rejection ends it, the first final override is taken as it is, and otherwise
 * each role gets its recommendation within the tightest bounds, of which the floor is the stronger. Roles that nobody
 * names keep their baseline. Source: `type_aware_merge`, 2026-08.
 *
 * @param maySet whether the stage may set numbers, or only bound them
 */
export function mergeProposals(
  proposals: readonly Proposal[],
  baseline: ReadonlyMap<string, number>,
  maySet: boolean,
): MergedProposals {
  for (const { proposer, answer } of proposals) {
    if (answer.kind === 'reject') return { kind: 'rejected', proposer, reason: answer.reason };
  }
  const final = firstBy(
    proposals.filter(({ answer }) => answer.kind === 'override' && answer.isFinal),
    ({ priority }) => priority,
  );
  return final === undefined ? mergeAll(proposals, baseline, maySet) : takeFinal(final, baseline, maySet);
}

/** A role's proposal with who made it. */
interface Wish extends RoleProposal {
  readonly proposer: string;
  readonly priority: number;
}

function takeFinal(final: Proposal, baseline: ReadonlyMap<string, number>, maySet: boolean): MergedProposals {
  const wishes = wishesOf(final);
  const kept = wishes.filter(({ kind }) => maySet || kind !== 'set');
  const named = new Set(kept.map(({ role }) => role));
  const rest = [...baseline].filter(([role]) => !named.has(role)).map(([role, replicas]) => ({ role, replicas }));
  return {
    kind: 'merged',
    targets: [...kept.map(({ role, replicas }) => ({ role, replicas })), ...rest],
    finalFrom: final.proposer,
    clamped: [],
    droppedRoles: rolesSet(wishes, maySet),
  };
}

function mergeAll(
  proposals: readonly Proposal[],
  baseline: ReadonlyMap<string, number>,
  maySet: boolean,
): MergedProposals {
  const known = proposals.flatMap(wishesOf).filter(({ replicas }) => replicas !== null);
  const wishes = known.filter(({ kind }) => maySet || kind !== 'set');
  const roles = new Set([...wishes.map(({ role }) => role), ...baseline.keys()]);
  const merged = [...roles].map((role) =>
    mergeRole(
      role,
      wishes.filter((wish) => wish.role === role),
      baseline.get(role) ?? 0,
    ),
  );
  return {
    kind: 'merged',
    targets: merged.map(({ role, replicas }) => ({ role, replicas })),
    finalFrom: undefined,
    clamped: merged.flatMap(({ clamp }) => (clamp === undefined ? [] : [clamp])),
    droppedRoles: rolesSet(known, maySet),
  };
}

function mergeRole(
  role: string,
  wishes: readonly Wish[],
  baseline: number,
): { readonly role: string; readonly replicas: number; readonly clamp: BoundClamp | undefined } {
  const of = (kind: RoleProposal['kind']) => wishes.filter((wish) => wish.kind === kind);
  const recommended = firstBy(of('set'), ({ priority }) => priority)?.replicas ?? baseline;
  const floor = firstBy(of('at-least'), ({ replicas }) => -(replicas ?? 0));
  const ceiling = firstBy(of('at-most'), ({ replicas }) => replicas ?? 0);
  const replicas = Math.max(floor?.replicas ?? 0, Math.min(ceiling?.replicas ?? Number.POSITIVE_INFINITY, recommended));
  if (replicas > recommended && floor !== undefined) {
    return { role, replicas, clamp: { role, bound: 'floor', proposer: floor.proposer } };
  }
  if (replicas < recommended && ceiling !== undefined) {
    return { role, replicas, clamp: { role, bound: 'ceiling', proposer: ceiling.proposer } };
  }
  return { role, replicas, clamp: undefined };
}

function wishesOf({ proposer, priority, answer }: Proposal): readonly Wish[] {
  return answer.kind === 'override' ? answer.roles.map((role) => ({ ...role, proposer, priority })) : [];
}

function rolesSet(wishes: readonly Wish[], maySet: boolean): readonly string[] {
  return maySet ? [] : wishes.filter(({ kind }) => kind === 'set').map(({ role }) => role);
}

/** The item of lowest score, the first of equals. */
function firstBy<T>(items: readonly T[], scoreOf: (item: T) => number): T | undefined {
  let best: T | undefined;
  for (const item of items) {
    if (best === undefined || scoreOf(item) < scoreOf(best)) best = item;
  }
  return best;
}
