import { type OperatorVersion, SCHEMA_VERSION } from '../../api/index.ts';
import {
  gpuFormula,
  type Ledger,
  type LedgerLimit,
  type LedgerService,
  type LedgerTotal,
  type LimitState,
  rangeText,
  serviceLabel,
  sumText,
  takesGpus,
} from '../../lint/ledger/index.ts';
import {
  atMost,
  type Block,
  type Cell,
  code,
  type Paint,
  paragraph,
  printMarkdown,
  type Report,
  visibleText,
} from '../../report/index.ts';
import { layOutRows, type Row } from '../../report/plan/terminal-columns.ts';

/** Forges take comments of 65,536 characters: so many rows of a table are shown in Markdown, and so much of a name anywhere. */
const MAX_ROWS = 100;
const MAX_NAME = 80;
const MAX_REASONS = 40;

/** What manifests ask for, by environment, graph and type, with how each number comes about. */
export function ledgerReport(ledger: Ledger, operator: OperatorVersion): Report {
  return {
    document: ledgerDocument(ledger, operator),
    text: (paint) => ledgerText(ledger, paint),
    markdown: () => printMarkdown(ledgerBlocks(ledger)),
  };
}

function ledgerDocument({ services, unknown, graphs, environments, total, limits }: Ledger, operator: OperatorVersion) {
  return {
    schemaVersion: SCHEMA_VERSION,
    kind: 'ledger',
    operator,
    services: services.map((service) => ({
      ...placeOf(service),
      graph: service.graph,
      service: service.service,
      role: service.role,
      file: service.file,
      resource: service.resource ?? null,
      product: service.product ?? null,
      replicas: service.replicas,
      scaledBy: service.scaledBy ?? null,
      nodes: service.nodes,
      gpusPerPod: service.gpusPerPod,
      formula: gpuFormula(service),
      gpus: service.gpus,
    })),
    unknown: unknown.map(({ what, file, reason, ...place }) => ({ ...placeOf(place), what, file, reason })),
    graphs: graphs.map(totalDocument),
    environments: environments.map(totalDocument),
    total,
    limits: limits.map(({ resource, ...limit }) => ({ ...limit, resource: resource ?? null })),
  };
}

function totalDocument({ environment, namespace, graph, resource, product, min, max, unknown }: LedgerTotal) {
  return {
    environment: environment ?? null,
    ...(graph === undefined ? {} : { namespace: namespace ?? null, graph }),
    resource: resource ?? null,
    product: product ?? null,
    ...{ min, max, unknown },
  };
}

function placeOf({ environment, namespace }: { environment: string | undefined; namespace: string | undefined }) {
  return { environment: environment ?? null, namespace: namespace ?? null };
}

function ledgerText(ledger: Ledger, paint: Paint): string {
  const { services, graphs, environments, limits } = ledger;
  const servicesOf = new Map<string, LedgerService[]>();
  for (const service of services.filter(takesGpus)) {
    servicesOf.set(groupOf(service), [...(servicesOf.get(groupOf(service)) ?? []), service]);
  }
  const sections = new Set(environments.map(({ environment }) => environment));
  const blocks = [...sections].map((environment) => {
    const rows = graphs
      .filter((total) => total.environment === environment)
      .flatMap((total): readonly Row[] => [
        {
          cells: [{ text: graphName(total), paint: paint.strong }, typeCell(total), { text: sumText(total) }],
          note: '',
        },
        ...(servicesOf.get(groupOf(total)) ?? []).map((service) => serviceRow(service, paint)),
      ]);
    const sums = environments.filter((total) => total.environment === environment);
    const head = `${environmentName(environment)}: ${sums.map((total) => `${sumText(total)}${typeText(total)}`).join('; ')}`;
    return [paint.strong(visibleText(head)), ...layOutRows(rows, '  ')].join('\n');
  });
  const limitRows = limits.map(
    (limit): Row => ({
      cells: [
        { text: `${limit.kind} ${visibleText(limit.name, MAX_NAME)}` },
        { text: limit.resource ?? '' },
        { text: `${sumText(limit)} of ${limitText(limit)}` },
        {
          text: STATES[limit.state],
          paint: { within: paint.good, 'may-exceed': paint.notice, over: paint.bad, unknown: paint.notice }[
            limit.state
          ],
        },
      ],
      note: '',
    }),
  );
  return [
    ...blocks,
    ...(limitRows.length === 0 ? [] : [[paint.strong('Limits'), ...layOutRows(limitRows, '  ')].join('\n')]),
    ...unknownText(ledger, paint),
    paint.strong(summary(ledger)),
  ].join('\n\n');
}

function serviceRow(service: LedgerService, paint: Paint): Row {
  const { gpus, scaledBy } = service;
  const count = gpus.kind === 'known' ? rangeText(gpus) : 'unknown';
  const by = scaledBy === undefined ? '' : `, by ${visibleText(scaledBy, MAX_NAME)}`;
  return {
    cells: [
      { text: `  ${visibleText(service.service, MAX_NAME)}` },
      { text: '' },
      gpus.kind === 'known' ? { text: count } : { text: count, paint: paint.notice },
      { text: `${gpuFormula(service)}${by}`, paint: paint.faint },
    ],
    note: '',
  };
}

/** Every unknown with its reason: a total without them would look complete. */
function unknowns({ services, unknown }: Ledger): readonly { readonly what: string; readonly reason: string }[] {
  const inGraphs = services.flatMap((service) =>
    service.gpus.kind === 'unknown' ? [{ what: serviceLabel(service), reason: service.gpus.reason }] : [],
  );
  return [...inGraphs, ...unknown.map(({ what, reason }) => ({ what, reason }))];
}

function unknownText(ledger: Ledger, paint: Paint): readonly string[] {
  const lines = unknowns(ledger).map(
    ({ what, reason }) => `  ${visibleText(what, 2 * MAX_NAME)}: ${visibleText(reason, 3 * MAX_NAME)}`,
  );
  return lines.length === 0 ? [] : [[paint.notice('Unknown'), ...lines].join('\n')];
}

function ledgerBlocks(ledger: Ledger): readonly Block[] {
  const { services, limits } = ledger;
  const { shown, more } = atMost(services.filter(takesGpus), MAX_ROWS);
  const rows = shown.map((service): readonly Cell[] => [
    [environmentName(service.environment)],
    [code(visibleText(graphName(service), MAX_NAME))],
    [code(visibleText(service.service, MAX_NAME))],
    [service.resource ?? 'unknown', ...(service.product === undefined ? [] : [` (${service.product})`])],
    [gpuFormula(service), ...(service.scaledBy === undefined ? [] : [`, by ${service.scaledBy}`])],
    [service.gpus.kind === 'known' ? rangeText(service.gpus) : 'unknown'],
  ]);
  const table: Block = { kind: 'table', head: ['Environment', 'Graph', 'Service', 'Type', 'Formula', 'GPUs'], rows };
  const limitsShown = atMost(limits, MAX_REASONS);
  const limitRows = limitsShown.shown.map((limit): readonly Cell[] => [
    [limit.kind, ' ', code(limit.name)],
    [limit.resource ?? 'all'],
    [sumText(limit)],
    [limitText(limit)],
    [STATES[limit.state]],
  ]);
  const limitTable: Block = {
    kind: 'table',
    head: ['Limit', 'Type', 'Asked for', 'Allowed', 'State'],
    rows: limitRows,
  };
  const unknown = atMost(unknowns(ledger), MAX_REASONS);
  return [
    paragraph(summary(ledger)),
    ...(rows.length === 0 ? [] : [table]),
    ...(more > 0 ? [paragraph(`${more} more services are left out here.`)] : []),
    ...(limits.length === 0 ? [] : [limitTable]),
    ...(limitsShown.more > 0 ? [paragraph(`${limitsShown.more} more limits are left out here.`)] : []),
    ...(unknown.shown.length === 0
      ? []
      : [
          paragraph('Unknown:'),
          {
            kind: 'list' as const,
            items: unknown.shown.map(({ what, reason }) => [
              code(visibleText(what, MAX_NAME)),
              `: ${visibleText(reason, 3 * MAX_NAME)}`,
            ]),
          },
        ]),
    ...(unknown.more > 0 ? [paragraph(`${unknown.more} more unknowns are left out here.`)] : []),
  ];
}

const STATES: { readonly [state in LimitState]: string } = {
  within: 'within',
  'may-exceed': 'may exceed',
  over: 'OVER',
  unknown: 'unknown',
};

function limitText({ limit }: LedgerLimit): string {
  return limit.kind === 'known' ? String(limit.gpus) : `an unknown limit (${visibleText(limit.reason)})`;
}

function summary({ total, services }: Ledger): string {
  const graphs = new Set(
    services.map(({ environment, namespace, graph }) => JSON.stringify([environment, namespace, graph])),
  );
  if (graphs.size === 0 && total.unknown.length === 0) return 'No graphs: no GPUs are asked for.';
  const noun = graphs.size === 1 ? 'graph' : 'graphs';
  return `${sumText(total)} GPUs in ${graphs.size} ${noun}.`;
}

function environmentName(environment: string | undefined): string {
  return environment ?? '(no environment)';
}

function typeText({ resource, product }: LedgerTotal): string {
  if (resource === undefined) return '';
  return product === undefined ? ` × ${resource}` : ` × ${resource} (${product})`;
}

function typeCell({ resource, product }: LedgerTotal) {
  return { text: visibleText([resource ?? '', product ?? ''].filter((part) => part !== '').join(' '), MAX_NAME) };
}

/** `llm-prod/chat`. */
function graphName({ namespace, graph }: Pick<LedgerTotal, 'namespace' | 'graph'>): string {
  return visibleText([namespace, graph].filter((part) => part !== undefined).join('/'), MAX_NAME);
}

function groupOf({
  environment,
  namespace,
  graph,
  resource,
  product,
}: Omit<LedgerTotal, 'min' | 'max' | 'unknown'>): string {
  return [environment, namespace, graph, resource, product].map((part) => part ?? '').join('\0');
}
