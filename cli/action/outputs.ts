import * as z from 'zod';
import { escapeText } from '../../report/index.ts';

/** What the action tells the steps after it, by the names that `action.yml` lists. */
export type ActionOutputs = ReadonlyMap<string, string>;

const proposals = z.object({
  kind: z.literal('proposals'),
  dryRun: z.boolean(),
  proposals: z.array(
    z.object({
      environment: z.string(),
      deployment: z.string(),
      outcome: z.string(),
      number: z.int().nullable(),
      state: z.string().nullable(),
      url: z.string().nullable(),
    }),
  ),
});
const plan = z.object({
  kind: z.literal('plan'),
  targets: z.array(z.object({ current: z.int(), target: z.int() })),
});

/** What there is to say of a command's document; `changed` is false where nothing was written or wanted. */
export function outputsOf(document: object): ActionOutputs {
  const proposed = proposals.safeParse(document);
  if (proposed.success) return ofProposals(proposed.data);
  const planned = plan.safeParse(document);
  const changed = planned.success && planned.data.targets.some(({ current, target }) => target !== current);
  return new Map([['changed', String(changed)]]);
}

const WRITTEN: readonly string[] = ['created', 'updated', 'closed'];

function ofProposals({ dryRun, proposals: all }: z.output<typeof proposals>): ActionOutputs {
  const written = dryRun ? [] : all.filter(({ outcome }) => WRITTEN.includes(outcome));
  // What was written comes before what stands as it is: a run over one graph has one answer.
  const open = [...written, ...all].find(({ state, url }) => state === 'open' && url !== null);
  return new Map([
    ['changed', String(written.length > 0)],
    ['pull-request-url', open?.url ?? ''],
    ['pull-request-number', open?.number == null ? '' : String(open.number)],
    [
      'pull-requests',
      JSON.stringify(
        all.map(({ environment, deployment, outcome, number, url }) => ({
          ...{ environment, deployment, outcome, number, url },
        })),
      ),
    ],
  ]);
}

/** A line of Markdown for each pull request that can be looked at. */
export function pullRequestLinks(document: object): readonly string[] {
  const proposed = proposals.safeParse(document);
  if (!proposed.success) return [];
  return proposed.data.proposals.flatMap(({ environment, deployment, outcome, url }) =>
    url !== null && /^https?:\/\/[^\s()<>[\]\\]+$/.test(url)
      ? [`- [${escapeText(`${environment}/${deployment}`)}](${url}): ${escapeText(outcome)}`]
      : [],
  );
}
