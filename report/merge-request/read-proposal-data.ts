import { isObject } from '../../api/index.ts';

/** What a proposal's body says of its plan, for programs. */
export interface ProposalData {
  /** Digest of the plan. */
  readonly plan: string;
  /** Until when the plan's numbers hold. */
  readonly expiresAt: Date;
}

/** Reads the data that a body closes with; undefined where there is none, or a person has spoiled it. */
export function readProposalData(body: string): ProposalData | undefined {
  const json = [...body.matchAll(/^(?:<!-- |\[\/\/\]: # \()dynamo-gitops:v1:data (\{.*\})(?: -->|\))\r?$/gm)].at(
    -1,
  )?.[1];
  let data: unknown;
  try {
    data = JSON.parse(json ?? '');
  } catch {
    return undefined;
  }
  if (!isObject(data) || typeof data.plan !== 'string' || typeof data.expiresAt !== 'string') return undefined;
  const expiresAt = new Date(data.expiresAt);
  return Number.isNaN(expiresAt.getTime()) ? undefined : { plan: data.plan, expiresAt };
}
