import type { LedgerEntry, PlanTarget } from '../../api/index.ts';
import {
  atMost,
  type Block,
  type Cell,
  code,
  type Inline,
  paragraph,
  printMarkdown,
  separated,
  strong,
} from '../markdown/index.ts';
import { evidence } from './evidence.ts';
import { floorLabel, floorRisk, isStuck } from './floors.ts';
import { gpuChange, gpuSentence, gpusOf } from './gpus.ts';
import {
  changesOf,
  heldOf,
  isChange,
  isFloor,
  type ProposalSubject,
  serviceLabel,
  subjectName,
  targetsOf,
} from './subject.ts';

/** Version of the fingerprint comment with which a body begins. */
export const FINGERPRINT = 'dynamo-gitops:v1';

/** GitHub accepts 65,536 characters in a body; some are left for what a forge notes there. */
const MAX_BODY = 65_000;

/** How much is told: rows of each table and list, and whether the evidence is among it. */
interface Extent {
  readonly rows: number;
  readonly evidence: boolean;
}

/** From the whole story to what always fits: every cell is cut, so a few rows cannot fill a body. */
const EXTENTS: readonly [Extent, ...Extent[]] = [
  { rows: 60, evidence: true },
  { rows: 60, evidence: false },
  { rows: 8, evidence: false },
];

/** The body as Markdown, with less detail where all of it would be more than a forge accepts. */
export function proposalMarkdown(subject: ProposalSubject): string {
  let markdown = '';
  for (const extent of EXTENTS) {
    markdown = printMarkdown(proposalBody(subject, extent));
    if (markdown.length <= MAX_BODY) break;
  }
  return markdown;
}

/** The body of a merge request, in the order in which a reviewer asks: what, why, how risky, how to undo, on what grounds. */
export function proposalBody(subject: ProposalSubject, extent: Extent = EXTENTS[0]): readonly Block[] {
  const changes = changesOf(subject);
  const { shown, more } = atMost(changes, extent.rows);
  return [
    { kind: 'marker', name: FINGERPRINT, fields: { id: subjectName(subject), plan: subject.plan.digest } },
    paragraph(strong(...verdict(subject, changes))),
    {
      kind: 'table',
      head: ['Component', 'Replicas', 'GPUs per replica', 'GPUs', 'Why'],
      rows: [
        ...shown.map((change) => replicaRow(subject, change)),
        ...(more === 0 ? [] : [[[`and ${more} more`], [], [], [], ['see the plan']]]),
      ],
    },
    ...ledgerTable(subject, extent),
    paragraph(...risk(subject, changes, extent)),
    ...floors(subject, changes, extent),
    ...notChanged(subject, extent),
    paragraph(
      strong('Undo:'),
      ' revert this merge request. Previous values: ',
      ...separated(shown.map((change) => [code(`${serviceLabel(subject, change)}: ${change.current}`)])),
      more === 0 ? '.' : ` and ${more} more in the diff.`,
    ),
    extent.evidence
      ? { kind: 'details', summary: 'Evidence: every step, guardrail and input', blocks: evidence(subject) }
      : paragraph('The evidence is longer than a description may be; the plan document has it.'),
    ...costAssumptions(subject, changes),
    {
      kind: 'footer',
      content: [
        'Plan ',
        code(subject.plan.digest),
        `, made for ${subject.plan.createdAt}; its numbers hold until ${subject.plan.expiresAt}.`,
      ],
    },
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
  ];
}

const VERBS = { up: 'Scale up', down: 'Scale down', both: 'Rebalance' } as const;
const FLOOR_VERBS = {
  up: 'Raise the autoscaler floor of',
  down: 'Lower the autoscaler floor of',
  both: 'Rebalance the autoscaler floors of',
} as const;

function replicaRow(subject: ProposalSubject, change: PlanTarget): readonly Cell[] {
  const { gpusPerReplica, current, target } = change;
  const isLeast = isFloor(change) && gpusPerReplica !== null;
  return [
    [code(serviceLabel(subject, change)), ...(isFloor(change) ? [' (', ...floorLabel(subject, change), ')'] : [])],
    [`${current} → `, strong(String(target))],
    [gpusPerReplica === null ? 'unknown' : String(gpusPerReplica)],
    [`${isLeast ? 'at least ' : ''}${gpusOf(change)}`],
    [why(change)],
  ];
}

/** The step that gave the number, and each guardrail that moved it. */
export function why(target: PlanTarget): string {
  const raw = target.reasons.filter((reason) => reason.stage === 'raw');
  const steps = raw.length > 0 ? raw : target.reasons.slice(-1);
  const moved = target.guardrails.filter((mark) => mark.from !== mark.to);
  return [
    ...steps.map((step) => step.explanation),
    ...moved.map((mark) => `${mark.guardrail} ${mark.from} → ${mark.to}: ${mark.explanation}`),
  ].join('; ');
}

function ledgerTable(subject: ProposalSubject, extent: Extent): readonly Block[] {
  const { ledger } = subject.plan;
  if (ledger.length === 0) return [];
  const { shown, more } = atMost(ledger, extent.rows);
  const hasUnknown = shown.some((entry) => entry.unknown.length > 0);
  const graphs = new Set(subject.plan.targets.filter(isChange).map(subjectName));
  const others = [...graphs].filter((name) => name !== subjectName(subject)).sort();
  return [
    {
      kind: 'table',
      head: ['GPU budget', 'Limit', 'Before', 'After', ...(hasUnknown ? ['Unknown'] : [])],
      rows: [
        ...shown.map((entry) => (hasUnknown ? [...ledgerRow(entry), unknownOf(entry)] : ledgerRow(entry))),
        ...(more === 0 ? [] : [[[`and ${more} more`], [], [], [], ...(hasUnknown ? [[]] : [])]]),
      ],
    },
    ...(others.length === 0
      ? []
      : [paragraph(`"After" counts every change of this plan, also those of ${others.join(', ')}.`)]),
  ];
}

function ledgerRow(entry: LedgerEntry): readonly Cell[] {
  return [
    [code(entry.budget)],
    [String(entry.limitGpus)],
    [entry.beforeGpus === null ? 'unknown' : String(entry.beforeGpus)],
    [entry.afterGpus === null ? 'unknown' : strong(String(entry.afterGpus))],
  ];
}

/** The services whose GPUs nobody knows. */
function unknownOf(entry: LedgerEntry): Cell {
  const { shown, more } = atMost(entry.unknown, 5);
  return [...separated(shown.map((service) => [code(service)])), more === 0 ? '' : ` and ${more} more`];
}

function risk(subject: ProposalSubject, changes: readonly PlanTarget[], extent: Extent): readonly Inline[] {
  const restarts = 'Only replica counts change, so running workers are not restarted.';
  const down = changes.filter((change) => change.target < change.current);
  const { shown, more } = atMost(down, extent.rows);
  if (down.length === 0) {
    const isTight = changes.some((change) => isStuck(subject, change));
    const level = isTight ? 'Risk: no room above the floor.' : 'Risk: low.';
    return [strong(level), ` ${restarts} New replicas serve once their model is loaded.`];
  }
  const services = shown.map((change): readonly Inline[] => [
    code(serviceLabel(subject, change)),
    ` ${isFloor(change) ? 'may lose' : 'loses'} ${change.current - change.target}`,
  ]);
  return [
    strong('Risk: requests in flight.'),
    ' ',
    ...separated(services),
    more === 0 ? '' : ` and ${more} more services lose some`,
    `: requests on a removed replica can be aborted, so merge at a quiet hour. ${restarts}`,
  ];
}

/** Each number that is a floor, said to be one. */
function floors(subject: ProposalSubject, changes: readonly PlanTarget[], extent: Extent): readonly Block[] {
  const { shown, more } = atMost(changes.filter(isFloor), extent.rows);
  if (shown.length === 0) return [];
  const items = shown.map((change) => floorRisk(subject, change));
  return [{ kind: 'list', items: [...items, ...(more === 0 ? [] : [[`and ${more} more floors`]])] }];
}

function notChanged(subject: ProposalSubject, extent: Extent): readonly Block[] {
  const items: readonly (readonly Inline[])[] = [
    ...targetsOf(subject)
      .filter((target) => !isChange(target))
      .map((target): readonly Inline[] => [
        code(serviceLabel(subject, target)),
        `${isFloor(target) ? ': the floor of its autoscaler' : ''} stays at ${target.current}`,
        why(target) === '' ? '' : `: ${why(target)}`,
      ]),
    ...heldOf(subject).map((item): readonly Inline[] => [
      item.service === null
        ? 'the whole graph'
        : code(serviceLabel(subject, { namespace: item.namespace, service: item.service })),
      ` is held: ${item.reason}`,
    ]),
  ];
  if (items.length === 0) return [];
  const { shown, more } = atMost(items, extent.rows);
  return [
    paragraph(strong('Not changed:')),
    { kind: 'list', items: [...shown, ...(more === 0 ? [] : [[`and ${more} more, see the plan`]])] },
  ];
}

/** `+7.50 USD/h`; undefined without a price or a known number of GPUs. */
function costPerHour(subject: ProposalSubject, changes: readonly PlanTarget[]): string | undefined {
  const gpus = gpuChange(changes);
  const { pricing } = subject;
  const delta = gpus === null ? 0 : gpus.counts + gpus.floors;
  if (pricing === undefined || delta === 0) return undefined;
  const amount = delta * pricing.perGpuHour;
  return `${amount > 0 ? '+' : ''}${amount.toFixed(2)} ${pricing.currency}/h`;
}

function costAssumptions(subject: ProposalSubject, changes: readonly PlanTarget[]): readonly Block[] {
  const { pricing } = subject;
  const cost = costPerHour(subject, changes);
  if (pricing === undefined || cost === undefined) return [];
  const price = `${pricing.perGpuHour} ${pricing.currency} per GPU-hour (source: ${pricing.source})`;
  return [
    {
      kind: 'details',
      summary: 'Cost assumptions',
      blocks: [
        paragraph(
          `An estimate: ${cost} at ${price}. GPUs that are reserved and idle cost nothing more.`,
          changes.some(isFloor) ? ' A floor counts as if its autoscaler ran no more than that.' : '',
        ),
      ],
    },
  ];
}
