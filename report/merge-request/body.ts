import type { PlanTarget } from '../../api/index.ts';
import { recentDays } from '../backtest/recent-days.ts';
import { demandCharts, isChange, isFloor, outlookTable, replicaTable, shortNumber } from '../blocks/index.ts';
import {
  type Block,
  code,
  type Inline,
  MARKDOWN_RENDERERS,
  type MarkdownFlavour,
  paragraph,
  separated,
  strong,
} from '../markdown/index.ts';
import { costPerHour } from './cost.ts';
import { evidence } from './evidence.ts';
import { CUTS, type Extent, FULL_EXTENT } from './extent.ts';
import { floorLabel, floorRisks } from './floors.ts';
import { gpuSentence } from './gpus.ts';
import { notChanged } from './not-changed.ts';
import { proposalData } from './proposal-data.ts';
import { risk } from './risk.ts';
import { changesOf, type ProposalSubject, serviceLabel, subjectName, targetsOf } from './subject.ts';
import { undo } from './undo.ts';

/** Version of the fingerprint comment with which a body begins. */
export const FINGERPRINT = 'dynamo-gitops:v1';

/** The body in a forge's Markdown. Where all of it is longer than one accepts, sections go in the order of {@link CUTS}. */
export function proposalMarkdown(subject: ProposalSubject, flavour: MarkdownFlavour = 'github'): string {
  const { maxCharacters, print } = MARKDOWN_RENDERERS[flavour];
  let extent = FULL_EXTENT;
  let markdown = print(proposalBody(subject, flavour, extent));
  for (const { what, cut } of CUTS) {
    if (markdown.length <= maxCharacters) break;
    extent = { ...cut(extent), leftOut: [...extent.leftOut, what] };
    markdown = print(proposalBody(subject, flavour, extent));
  }
  return markdown;
}

/**
 * The body of a proposal, in the order in which a reviewer asks: what, why, what it promises and costs, how risky, what
 * stays, how to undo, on what grounds.
 */
export function proposalBody(
  subject: ProposalSubject,
  flavour: MarkdownFlavour = 'local',
  extent: Extent = FULL_EXTENT,
): readonly Block[] {
  const { proposal } = MARKDOWN_RENDERERS[flavour];
  const { plan, pricing } = subject;
  const changes = changesOf(subject);
  const label = (target: PlanTarget) => serviceLabel(subject, target);
  return [
    { kind: 'marker', name: FINGERPRINT, fields: { id: subjectName(subject), plan: plan.digest } },
    paragraph(strong(...verdict(subject, changes))),
    replicaTable(changes, { label, floor: (target) => floorLabel(subject, target), rows: extent.rows }),
    outlookTable({ targets: targetsOf(subject), ledger: plan.ledger, pricing, label, rows: extent.rows }),
    ...othersInBudgets(subject),
    ...demandCharts(changes, label, extent.charts),
    paragraph(...risk(subject, changes, extent.rows)),
    ...floorRisks(subject, changes, extent.rows),
    ...notChanged(subject, extent.notChanged),
    ...(subject.backtest === undefined || !extent.backtest ? [] : recentDays(subject.backtest)),
    paragraph(...undo(subject, changes, proposal, extent.rows)),
    ...evidence(subject, extent.evidence),
    ...(extent.leftOut.length === 0
      ? []
      : [
          paragraph(
            strong('Left out'),
            `, since a description may not be longer: ${extent.leftOut.join('; ')}. The plan has everything.`,
          ),
        ]),
    {
      kind: 'footer',
      content: ['Plan ', code(plan.digest), `, made for ${plan.createdAt}; its numbers hold until ${plan.expiresAt}.`],
    },
    { kind: 'data', name: `${FINGERPRINT}:data`, value: proposalData(subject, changes, extent.changes) },
  ];
}

function verdict(subject: ProposalSubject, changes: readonly PlanTarget[]): readonly Inline[] {
  const up = changes.some((change) => change.target > change.current);
  const down = changes.some((change) => change.target < change.current);
  const direction = up && down ? 'both' : down ? 'down' : 'up';
  const verb = changes.every(isFloor) ? FLOOR_VERBS[direction] : VERBS[direction];
  const cost = costPerHour(subject, changes);
  return [
    `${verb} `,
    code(subject.deployment),
    ` (${subject.environment}): `,
    ...gpuSentence(subject, changes),
    cost === undefined ? '.' : `, about ${cost}.`,
    ...missed(subject).flatMap((words): readonly Inline[] => [' ', ...words]),
  ];
}

/** Latencies that a verdict names. */
const MAX_MISSED = 2;

/** What is promised and was not kept: the reason for most changes. */
function missed(subject: ProposalSubject): readonly (readonly Inline[])[] {
  const all = targetsOf(subject).flatMap((target) =>
    (target.latencies ?? []).flatMap(({ latency, measuredMs, targetMs }): readonly (readonly Inline[])[] =>
      measuredMs === null || measuredMs <= targetMs
        ? []
        : [
            [
              `${latency.toUpperCase()} of `,
              code(serviceLabel(subject, target)),
              ` was ${shortNumber(measuredMs)} ms on average, above its ${shortNumber(targetMs)} ms.`,
            ],
          ],
    ),
  );
  return all.slice(0, MAX_MISSED);
}

const VERBS = { up: 'Scale up', down: 'Scale down', both: 'Rebalance' } as const;
const FLOOR_VERBS = {
  up: 'Raise the autoscaler floor of',
  down: 'Lower the autoscaler floor of',
  both: 'Rebalance the autoscaler floors of',
} as const;

/** Graphs that a sentence names. */
const MAX_OTHERS = 12;

/** A budget is shared, and what it comes to depends on proposals that are merged on their own. */
function othersInBudgets(subject: ProposalSubject): readonly Block[] {
  const { ledger, targets } = subject.plan;
  const changing = new Set(targets.filter(isChange).map(subjectName));
  const others = [...changing].filter((name) => name !== subjectName(subject)).sort();
  if (ledger.length === 0 || others.length === 0) return [];
  const more = others.length > MAX_OTHERS ? ` and ${others.length - MAX_OTHERS} more` : '';
  return [
    paragraph(
      'After, budgets count every change of this plan, also those of ',
      ...separated(others.slice(0, MAX_OTHERS).map((name) => [code(name)])),
      `${more}.`,
    ),
  ];
}
