import type { Digest, ReplicaChange } from '../../api/index.ts';

/** What a commit's message says about a plan. Anybody may write such lines, so that nothing is allowed because of them. */
export interface CommitOrigin {
  readonly planId: Digest | undefined;
  /** `serving/chat/decode 4->6`. */
  readonly changes: ReadonlySet<string>;
}

/** The trailers that a proposal's commit closes with. */
export function commitOrigin(message: string): CommitOrigin {
  const planId = /^Plan-Id: (sha256:[0-9a-f]{64})$/m.exec(message)?.[1];
  const changes = [...message.matchAll(/^Planner-Change: (\S{1,600} \d{1,6}->\d{1,6})$/gm)].map(
    ([, text]) => text ?? '',
  );
  return { planId: planId as Digest | undefined, changes: new Set(changes) };
}

/** Whether a change is the one that a plan proposed; a number that somebody put right in the same merge is theirs. */
export function isProposed(
  { changes }: CommitOrigin,
  {
    namespace,
    deployment,
    service,
    from,
    to,
  }: Pick<ReplicaChange, 'namespace' | 'deployment' | 'service' | 'from' | 'to'>,
): boolean {
  return changes.has(`${namespace}/${deployment}/${service} ${from}->${to}`);
}
