import type { LatencyOutlook, LedgerEntry, PlanTarget, Pricing } from '../../api/index.ts';
import { atMost, type Block, type Cell, code, type Inline, separated, strong } from '../markdown/index.ts';
import { type GpuCount, gpusOf, isChange, isFloor, shortNumber } from './numbers.ts';

/** What a table of promises, GPUs and cost is made of. */
export interface Outlook {
  /** Those whose latencies are shown; GPUs and cost are those of the ones that change. */
  readonly targets: readonly PlanTarget[];
  readonly ledger: readonly LedgerEntry[];
  /** Undefined where the config has none. */
  readonly pricing: Pricing | undefined;
  readonly label: (target: PlanTarget) => string;
  /** Most rows for latencies, and for budgets. */
  readonly rows: number;
}

const UNKNOWN = 'unknown';

/** What is promised, what it takes and what it costs, before and after; what nobody knows is said to be unknown. */
export function outlookTable(outlook: Outlook): Block {
  const changes = outlook.targets.filter(isChange);
  const gpus = gpusOf(changes);
  return {
    kind: 'table',
    head: ['', 'Before', 'After', 'Limit', 'Basis'],
    rows: [
      ...latencyRows(outlook),
      ...(changes.length === 0 ? [] : [gpuRow(changes, gpus)]),
      ...budgetRows(outlook),
      ...(changes.length === 0 ? [] : costRows(gpus, outlook.pricing)),
    ],
  };
}

/** Whether there is anything in the table. */
export function hasOutlook({ targets, ledger }: Pick<Outlook, 'targets' | 'ledger'>): boolean {
  return ledger.length > 0 || targets.some((target) => isChange(target) || (target.latencies ?? []).length > 0);
}

const NAMES: { readonly [latency in LatencyOutlook['latency']]: string } = { ttft: 'TTFT', itl: 'ITL' };

function latencyRows({ targets, label, rows }: Outlook): readonly (readonly Cell[])[] {
  const all = targets.flatMap((target) => (target.latencies ?? []).map((latency) => ({ target, latency })));
  const { shown, more } = atMost(all, rows);
  return [
    ...shown.map(({ target, latency }): readonly Cell[] => {
      const { measuredMs, targetMs } = latency;
      const after = expectedAfter(target, latency);
      return [
        [`${NAMES[latency.latency]}, `, code(label(target))],
        [measuredMs === null ? UNKNOWN : ms(measuredMs, targetMs)],
        [after.cell],
        [`≤ ${shortNumber(targetMs)} ms`],
        [`before: ${measuredMs === null ? 'nothing measured' : 'mean measured'}; after: ${after.basis}`],
      ];
    }),
    ...(more === 0 ? [] : [[[`and ${more} more`], [], [], [], ['see the plan']]]),
  ];
}

/** What is expected counts for the number that it was computed for alone: a budget may have cut it since. */
function expectedAfter(
  { target }: PlanTarget,
  { expected, targetMs }: LatencyOutlook,
): { readonly cell: Inline; readonly basis: string } {
  if (expected === null) return { cell: UNKNOWN, basis: 'its strategy expects no latency' };
  if (expected.replicas !== target) {
    return { cell: UNKNOWN, basis: `computed for ${expected.replicas} replicas, before budgets` };
  }
  const percentile = `p${shortNumber(expected.percentile * 100)}`;
  if (expected.ms === null) return { cell: strong('no bound'), basis: `${target} replicas cannot keep up` };
  return { cell: ms(expected.ms, targetMs), basis: `${percentile} by the performance model` };
}

function ms(value: number, targetMs: number): Inline {
  const text = `${shortNumber(value)} ms`;
  return value > targetMs * (1 + 1e-6) ? strong(text) : text;
}

function gpuRow(changes: readonly PlanTarget[], gpus: GpuCount | null): readonly Cell[] {
  const least = changes.some(isFloor) ? '; of a floor the least, since its autoscaler may run more' : '';
  return [
    ['GPUs of what changes'],
    [gpus === null ? UNKNOWN : String(gpus.before)],
    [gpus === null ? UNKNOWN : strong(String(gpus.after))],
    [],
    [`replicas × GPUs per replica${least}`],
  ];
}

function budgetRows({ ledger, rows }: Outlook): readonly (readonly Cell[])[] {
  const { shown, more } = atMost(ledger, rows);
  return [
    ...shown.map(({ budget, limitGpus, beforeGpus, afterGpus, unknown }): readonly Cell[] => [
      ['GPU budget ', code(budget)],
      [beforeGpus === null ? UNKNOWN : String(beforeGpus)],
      [afterGpus === null ? UNKNOWN : strong(String(afterGpus))],
      [`≤ ${limitGpus}`],
      unknown.length > 0
        ? unknownGpus(unknown)
        : [
            afterGpus !== null && afterGpus > limitGpus
              ? strong('over the limit')
              : 'everything that the budget covers',
          ],
    ]),
    ...(more === 0 ? [] : [[[`and ${more} more budgets`], [], [], [], ['see the plan']]]),
  ];
}

/** The services whose GPUs nobody knows. */
function unknownGpus(services: readonly string[]): Cell {
  const { shown, more } = atMost(services, 5);
  return ['unknown: ', ...separated(shown.map((service) => [code(service)])), more === 0 ? '' : ` and ${more} more`];
}

function costRows(gpus: GpuCount | null, pricing: Pricing | undefined): readonly (readonly Cell[])[] {
  if (pricing === undefined) {
    return [[['Cost'], [UNKNOWN], [UNKNOWN], [], ['no ', code('pricing'), ' in dynamo-gitops.yaml']]];
  }
  const { currency, perGpuHour, source } = pricing;
  const basis = `${perGpuHour} ${currency} per GPU-hour (source: ${source})`;
  const row = (name: string, hours: number, words: string): readonly Cell[] => {
    const cost = (count: number) => money(count * perGpuHour * hours, currency);
    return [
      [name],
      [gpus === null ? UNKNOWN : cost(gpus.before)],
      [gpus === null ? UNKNOWN : strong(cost(gpus.after))],
      [],
      [words],
    ];
  };
  return [
    row('Cost per hour', 1, gpus === null ? `${basis}; GPUs unknown` : `estimate at ${basis}`),
    row('Cost per day', 24, '24 hours of that; GPUs that are reserved anyway cost no more'),
  ];
}

/** `1,250.50 USD` */
export function money(amount: number, currency: string): string {
  const [whole = '', cents = ''] = amount.toFixed(2).split('.');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents} ${currency}`;
}
