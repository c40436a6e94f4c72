import { type DemandQuantity, type FittedQuantity, type ForecastErrors, SCHEMA_VERSION } from '../../api/index.ts';
import { modelWords } from '../../planner/index.ts';
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
import type { FitOutcome } from './outcome.ts';
import { type PriceLine, priceLine } from './price-line.ts';

export interface FitFacts {
  /** Where the history comes from; each model names the digest of its own. */
  readonly source: string;
  readonly isDryRun: boolean;
}

/** Forges take comments of 65,536 characters. */
const MAX_ROWS = 150;
const MAX_NAME = 80;

/** What was chosen for each graph, and how much better it would have been than the last value. */
export function fitReport(outcomes: readonly FitOutcome[], facts: FitFacts): Report {
  return {
    document: fitDocument(outcomes, facts),
    text: (paint) => fitText(outcomes, facts, paint),
    markdown: () => printMarkdown(fitBlocks(outcomes, facts)),
  };
}

function fitDocument(outcomes: readonly FitOutcome[], { source, isDryRun }: FitFacts) {
  return {
    schemaVersion: SCHEMA_VERSION,
    kind: 'fit',
    dryRun: isDryRun,
    source,
    graphs: outcomes.map((outcome) => {
      const { deployment, namespace, environment, kind } = outcome;
      const place = { deployment, namespace, environment, outcome: kind };
      if (outcome.kind === 'refused') return { ...place, file: null, reason: outcome.reason, quantities: [] };
      const { horizon, training, bucketSeconds } = outcome.model;
      return {
        ...{ ...place, file: outcome.file, reason: null, horizon, bucketSeconds, training, notes: outcome.notes },
        latePrice: latePriceDocument(outcome),
        quantities: [
          ...quantitiesOf(outcome).map(({ name, fitted }) => ({
            quantity: name,
            model: fitted.model,
            residualSpace: fitted.residualSpace,
            errors: fitted.errors,
            lastValue: lastValueErrors(fitted),
          })),
          ...outcome.refused.map(({ quantity, reason }) => ({ quantity, model: null, reason })),
        ],
      };
    }),
  };
}

type Fitted = Exclude<FitOutcome, { kind: 'refused' }>;

/** Null where nothing was to be chosen. */
function latePriceDocument({ model, refusedPrice }: Fitted) {
  if (model.latePrice !== undefined) return model.latePrice;
  return refusedPrice === undefined ? null : { latePrice: null, reason: refusedPrice };
}

function quantitiesOf({ model }: Fitted) {
  return (Object.entries(model.quantities) as [DemandQuantity, FittedQuantity][]).map(([name, fitted]) => ({
    name,
    fitted,
  }));
}

/** What anybody would do without a model: the last value, in the space that suits it best. */
function lastValueErrors({ candidates }: FittedQuantity): ForecastErrors | null {
  const errors = Object.values(candidates.find(({ model }) => model.kind === 'constant')?.errors ?? {});
  return errors.toSorted((a, b) => a.pinball - b.pinball)[0] ?? null;
}

function fitText(outcomes: readonly FitOutcome[], facts: FitFacts, paint: Paint): string {
  const graphs = outcomes.map((outcome) => {
    const head = paint.strong(visibleText(labelOf(outcome)));
    if (outcome.kind === 'refused') {
      const rows = layOutRows(
        [{ cells: [{ text: 'refused', paint: paint.notice }], note: visibleText(outcome.reason) }],
        '  ',
      );
      return [head, ...rows].join('\n');
    }
    const rows = quantitiesOf(outcome).map(({ name, fitted }): Row => {
      const { errors } = fitted;
      return {
        cells: [
          { text: name },
          { text: `pinball ${shareOf(errors.pinball)}${besideLastValue(fitted)}` },
          { text: `coverage ${shareOf(errors.coverage)}` },
          { text: `provision ${errors.meanProvision.toFixed(2)} ×`, paint: paint.faint },
        ],
        note: `${modelWords(fitted.model)}, ${fitted.residualSpace}`,
      };
    });
    const kept = outcome.refused.map(
      ({ quantity, reason }): Row => ({
        cells: [{ text: quantity }, { text: 'default', paint: paint.notice }],
        note: reason,
      }),
    );
    const line = priceLine(outcome);
    const price = line === undefined ? [] : [priceRow(line, paint)];
    const noticed = outcome.notes.map(
      (note): Row => ({ cells: [{ text: 'metrics', paint: paint.notice }], note: visibleText(note) }),
    );
    return [
      `${head}  ${stateOf(outcome, facts)} ${visibleText(outcome.file)}`,
      ...layOutRows([...rows, ...kept, ...price], '  '),
      ...layOutRows(noticed, '  '),
    ].join('\n');
  });
  return [...graphs, paint.strong(summary(outcomes, facts))].join('\n\n');
}

function fitBlocks(outcomes: readonly FitOutcome[], facts: FitFacts): readonly Block[] {
  const rows = outcomes.flatMap((outcome): readonly (readonly Cell[])[] => {
    const graph: Cell = [code(visibleText(labelOf(outcome), MAX_NAME))];
    if (outcome.kind === 'refused')
      return [[graph, ['refused'], [visibleText(outcome.reason, 3 * MAX_NAME)], [], [], []]];
    const line = priceLine(outcome);
    return [
      ...quantitiesOf(outcome).map(({ name, fitted }): readonly Cell[] => [
        graph,
        [name],
        [`${modelWords(fitted.model)}, ${fitted.residualSpace}`],
        [`${shareOf(fitted.errors.pinball)}${besideLastValue(fitted)}`],
        [shareOf(fitted.errors.coverage)],
        [`${fitted.errors.meanProvision.toFixed(2)} ×`],
      ]),
      ...outcome.refused.map(({ quantity, reason }): readonly Cell[] => [
        graph,
        [quantity],
        [`the default: ${visibleText(reason, 3 * MAX_NAME)}`],
        [],
        [],
        [],
      ]),
      ...(line === undefined ? [] : [[graph, ['latePrice'], [priceCell(line)], [], [], []]]),
      ...outcome.notes.map((note): readonly Cell[] => [
        graph,
        ['metrics'],
        [visibleText(note, 3 * MAX_NAME)],
        [],
        [],
        [],
      ]),
    ];
  });
  const { shown, more } = atMost(rows, MAX_ROWS);
  const head = ['Graph', 'Quantity', 'Forecast', 'Pinball loss', 'Coverage', 'Mean provision'];
  return [
    paragraph(summary(outcomes, facts)),
    ...(rows.length === 0 ? [] : [{ kind: 'table' as const, head, rows: shown }]),
    ...(more > 0 ? [paragraph(`${more} more rows are left out here.`)] : []),
  ];
}

function priceRow({ price, words }: PriceLine, paint: Paint): Row {
  const value = price === undefined ? { text: 'default', paint: paint.notice } : { text: `${price}` };
  return { cells: [{ text: 'latePrice' }, value], note: visibleText(words) };
}

function priceCell({ price, words }: PriceLine): string {
  return `${price === undefined ? 'the default: ' : `${price}: `}${visibleText(words, 3 * MAX_NAME)}`;
}

function besideLastValue(fitted: FittedQuantity): string {
  const last = lastValueErrors(fitted);
  return last === null ? '' : ` (last value ${shareOf(last.pinball)})`;
}

function stateOf({ kind }: Fitted, { isDryRun }: FitFacts): string {
  if (kind === 'unchanged') return 'unchanged:';
  return isDryRun ? 'would write' : 'wrote';
}

function summary(outcomes: readonly FitOutcome[], { isDryRun }: FitFacts): string {
  if (outcomes.length === 0) return 'No graphs: no deployment of the config names one.';
  const count = (kind: FitOutcome['kind']): number => outcomes.filter((outcome) => outcome.kind === kind).length;
  const noun = outcomes.length === 1 ? 'graph' : 'graphs';
  const written = `${count('written')} ${isDryRun ? 'would be written' : 'written'}`;
  return `${outcomes.length} ${noun}: ${written}, ${count('unchanged')} unchanged, ${count('refused')} refused.`;
}

function labelOf({ environment, namespace, deployment }: FitOutcome): string {
  return `${environment}/${namespace}/${deployment}`;
}

function shareOf(share: number): string {
  return `${Number((100 * share).toPrecision(share < 0.01 ? 2 : 3))} %`;
}
