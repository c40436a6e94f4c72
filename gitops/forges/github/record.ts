import type { Digest, ProposedChange } from '../../../api/index.ts';
import type { ProposalWrite } from '../forge.ts';

/**
 * What a commit of ours says of itself, in trailers of its message: the branch moves together with what we remember of it,
 * in one compare-and-swap, and nobody can edit one without the other.
 */
export interface CommitRecord {
  readonly planDigest: Digest;
  readonly plannedAt: string | undefined;
  readonly expiresAt: string | undefined;
  /** The base's commit that it was made for. */
  readonly base: string;
  readonly changes: readonly ProposedChange[];
}

export interface ReadCommit {
  readonly oid: string;
  readonly message: string;
  readonly tree: { readonly oid: string };
}

/** The proposal's message, with the trailers that make its commit ours. */
export function recordedMessage(proposal: ProposalWrite, tree: string): string {
  const trailers = [
    `Plan-Created: ${proposal.plannedAt}`,
    ...proposal.changes.map(
      ({ environment, namespace, deployment, service, from, to, file, line }) =>
        `Planner-Edit: ${environment}/${namespace}/${deployment}/${service} ${from}->${to} ${file}:${line}`,
    ),
    `Planner-Base: ${proposal.view.base.commit}`,
    `Planner-Tree: ${tree}`,
  ];
  return `${proposal.commitMessage.trimEnd()}\n${trailers.join('\n')}\n`;
}

/**
 * What a commit says of itself.
 * @returns undefined where it is not ours as we made it: whoever changes the files, changes the tree that it must name.
 */
export function recordOf({ message, tree }: ReadCommit): CommitRecord | undefined {
  const trailers = new Map<string, string[]>();
  for (const line of message.trimEnd().split('\n\n').at(-1)?.split('\n') ?? []) {
    const [, name, value] = /^([A-Za-z-]+): (.+)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) trailers.set(name, [...(trailers.get(name) ?? []), value]);
  }
  const one = (name: string): string => trailers.get(name)?.at(-1) ?? '';
  const planDigest = one('Plan-Id');
  const base = one('Planner-Base');
  if (one('Planner-Tree') !== tree.oid || !isDigest(planDigest) || !/^[0-9a-f]{40,64}$/.test(base)) return undefined;
  return {
    ...{ planDigest, base },
    plannedAt: one('Plan-Created') || undefined,
    expiresAt: one('Plan-Expires') || undefined,
    changes: (trailers.get('Planner-Edit') ?? []).flatMap(changeOf),
  };
}

function changeOf(text: string): readonly ProposedChange[] {
  const match = /^([^/ ]+)\/([^/ ]+)\/([^/ ]+)\/(\S+) (\d+)->(\d+) (.+):(\d+)$/.exec(text);
  const [, environment, namespace, deployment, service, from, to, file, line] = match ?? [];
  if (environment === undefined || namespace === undefined || deployment === undefined) return [];
  if (service === undefined || file === undefined) return [];
  const numbers = { from: Number(from), to: Number(to), line: Number(line) };
  return [{ deployment, namespace, environment, service, file, ...numbers }];
}

function isDigest(text: string): text is Digest {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}
