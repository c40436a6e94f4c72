import { needsMore, type ObjectDiff } from '../../lint/diff/index.ts';
import {
  atMost,
  type Block,
  type Cell,
  code,
  type Inline,
  paragraph,
  printMarkdown,
  strong,
  visibleText,
} from '../../report/index.ts';
import type { DiffResult } from './diff-report.ts';
import {
  deltaText,
  gpuChangeText,
  inOrder,
  isInCluster,
  objectName,
  serviceGpuText,
  summaryText,
} from './diff-summary.ts';
import { listLines, shownValues } from './shown-value.ts';

/** Forges take 65,536 characters; each row has at most some 400. */
const MAX_ROWS = 100;
const MAX_OBJECTS = 60;
const WIDTH = 80;

/** For a comment on a pull request: what cannot be taken back first, then what will be refused, then the rest. */
export function diffMarkdown(result: DiffResult): string {
  const { objects, gpus, skipped, before, after } = result;
  const { shown, more } = atMost(inOrder(objects), MAX_OBJECTS);
  let rows = MAX_ROWS;
  const blocks = shown.flatMap((object) => {
    const made = objectBlocks(object, rows);
    rows -= made.rows;
    return made.blocks;
  });
  return printMarkdown([
    paragraph(strong(summaryText(result))),
    ...blocks,
    ...(more > 0 ? [paragraph(`${more} more objects are left out here.`)] : []),
    ...gpuBlocks(gpus),
    ...(skipped.length === 0 ? [] : skippedBlocks(skipped)),
    { kind: 'footer', content: [`${before} → ${after}, for operator ${result.operator.replace(/\.0$/, '')}`] },
  ]);
}

function objectBlocks(object: ObjectDiff, room: number): { readonly blocks: readonly Block[]; readonly rows: number } {
  const name = code(objectName(object));
  switch (object.change) {
    case 'removed': {
      const word = isInCluster(object) ? strong('REMOVED: ') : 'Removed: ';
      return { blocks: [paragraph(word, name), ...list(object.losses.map((loss) => [loss]))], rows: 1 };
    }
    case 'added':
      return { blocks: [paragraph('Added: ', name), ...gpuDelta(object), ...refusals(object)], rows: 1 };
    case 'changed': {
      const { shown, more } = atMost(object.fields, Math.max(0, room));
      const table: Block = {
        kind: 'table',
        head: ['Field', 'Before', 'After', 'Replaces pods of'],
        rows: shown.map(({ path, before, after, restarts }): readonly Cell[] => {
          const lines = listLines(before, after);
          const only = (side: 'before' | 'after') =>
            lines?.filter((line) => line.side === side).map(({ text }) => text);
          const values = shownValues(only('before')?.join(' ') ?? before, only('after')?.join(' ') ?? after, WIDTH);
          const cell = (text: string): Cell => (text === '' ? [''] : [code(text)]);
          const pods =
            restarts === undefined ? ['?'] : restarts.length > 4 ? [`${restarts.length} services`] : restarts;
          return [[code(visibleText(path, 120))], cell(values.before), cell(values.after), [pods.join(', ')]];
        }),
      };
      return {
        blocks: [
          paragraph('Changed: ', name),
          ...(shown.length === 0 ? [] : [table]),
          ...(more > 0 ? [paragraph(`${more} more fields are left out here.`)] : []),
          ...restarts(object),
          ...gpuDelta(object),
          ...refusals(object),
        ],
        rows: shown.length + 1,
      };
    }
  }
}

function restarts(object: ObjectDiff & { readonly change: 'changed' }): readonly Block[] {
  if (object.kind !== 'DynamoGraphDeployment') return [];
  if (object.restarts === undefined) {
    return [paragraph('Pods may be replaced: the graph cannot be read, so that nobody can say which.')];
  }
  if (object.restarts.length === 0) return [paragraph('No running pod is replaced.')];
  return list(object.restarts.map(({ service, reason }) => ['restarts ', code(service), `: ${reason}`]));
}

function gpuDelta({ gpus }: ObjectDiff): readonly Block[] {
  if (gpus === undefined) return [];
  return [paragraph(needsMore(gpus) ? strong('Needs more GPUs: ') : 'Needs no more GPUs: ', deltaText(gpus))];
}

function refusals(object: Exclude<ObjectDiff, { readonly change: 'removed' }>): readonly Block[] {
  const { shown, more } = atMost(object.refusals, 10);
  return [
    ...list(
      shown.map(({ rule, path, message, help }) => [
        strong('will be refused: '),
        code(path),
        ` ${message} (`,
        code(rule),
        `); ${help}`,
      ]),
    ),
    ...(more > 0 ? [paragraph(`${more} more reasons are left out here.`)] : []),
  ];
}

function gpuBlocks(gpus: DiffResult['gpus']): readonly Block[] {
  if (gpus.length === 0) return [paragraph('No more GPUs are needed, and no fewer.')];
  const { shown, more } = atMost(gpus, 20);
  return [
    paragraph(gpus.some(needsMore) ? strong('GPUs, more than before:') : 'GPUs, no more than before:'),
    ...shown.flatMap((change): readonly Block[] => {
      const services = atMost(change.services, 10);
      return [
        {
          kind: 'list',
          items: [[gpuChangeText(change)], ...services.shown.map((service) => [serviceGpuText(service)])],
        },
        ...(services.more > 0 ? [paragraph(`${services.more} more services are left out here.`)] : []),
      ];
    }),
    ...(more > 0 ? [paragraph(`${more} more namespaces and types are left out here.`)] : []),
  ];
}

function skippedBlocks(skipped: DiffResult['skipped']): readonly Block[] {
  const { shown, more } = atMost(skipped, 20);
  return [
    paragraph('Not compared:'),
    ...list(shown.map(({ file, reason }) => [code(file), `: ${reason}`])),
    ...(more > 0 ? [paragraph(`${more} more files are left out here.`)] : []),
  ];
}

function list(items: readonly (readonly Inline[])[]): readonly Block[] {
  return items.length === 0 ? [] : [{ kind: 'list', items }];
}
