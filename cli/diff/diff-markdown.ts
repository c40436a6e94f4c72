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
import { listLines, shownChange, shownValues } from './shown-value.ts';

/** Forges take comments of 65,536 characters. */
const MAX_CHARACTERS = 60_000;
/** Most rows for the fields of one object. */
const MAX_ROWS = 60;
/** Most lines of any other list. */
const MAX_LINES = 20;
/** Most characters of a value, and of a sentence with names in it. */
const WIDTH = 80;
const SENTENCE = 300;

/** For a comment on a pull request: what cannot be taken back first; what does not fit is counted. */
export function diffMarkdown(result: DiffResult): string {
  const { objects, gpus, skipped, before, after } = result;
  const head = printMarkdown([paragraph(strong(summaryText(result)))]);
  const foot = printMarkdown([
    ...gpuBlocks(gpus),
    ...skippedBlocks(skipped),
    {
      kind: 'footer',
      content: [visibleText(`${before} → ${after}, for operator ${result.operator.replace(/\.0$/, '')}`, SENTENCE)],
    },
  ]);
  const shown: string[] = [];
  let room = MAX_CHARACTERS - head.length - foot.length;
  for (const object of inOrder(objects)) {
    const text = printMarkdown(objectBlocks(object));
    room -= text.length + 1;
    if (room < 0) break;
    shown.push(text);
  }
  const left = objects.length - shown.length;
  const rest = left === 0 ? [] : [printMarkdown([paragraph(`${left} more objects do not fit here.`)])];
  return [head, ...shown, ...rest, foot].join('\n');
}

function objectBlocks(object: ObjectDiff): readonly Block[] {
  const name = code(visibleText(objectName(object), SENTENCE));
  switch (object.change) {
    case 'removed': {
      const word = isInCluster(object) ? strong('REMOVED: ') : 'Removed: ';
      return [paragraph(word, name), ...list(object.losses.map((loss) => [visibleText(loss, SENTENCE)]))];
    }
    case 'added':
      return [paragraph('Added: ', name), ...gpuDelta(object), ...refusals(object)];
    case 'changed': {
      const { shown, more } = atMost(object.fields, MAX_ROWS);
      const table: Block = {
        kind: 'table',
        head: ['Field', 'Before', 'After', 'Replaces pods of'],
        rows: shown.map(({ path, before, after, absentAs, restarts }): readonly Cell[] => {
          const lines = listLines(before, after);
          const only = (side: 'before' | 'after') => {
            const found = lines?.filter((line) => line.side === side).map(({ text }) => text) ?? [];
            return found.length === 0 ? undefined : found.join(' ');
          };
          const isList = lines?.some(({ side }) => side !== 'both') === true;
          const values = isList
            ? shownValues(only('before'), only('after'), WIDTH)
            : shownChange({ before, after, absentAs }, WIDTH);
          const cell = (text: string): Cell => (text === '' ? [''] : [code(text)]);
          const pods =
            restarts === undefined ? ['?'] : restarts.length > 4 ? [`${restarts.length} services`] : restarts;
          return [[code(visibleText(path, 120))], cell(values.before), cell(values.after), [pods.join(', ')]];
        }),
      };
      return [
        paragraph('Changed: ', name),
        ...(shown.length === 0 ? [] : [table]),
        ...(more > 0 ? [paragraph(`${more} more fields are left out here.`)] : []),
        ...restarts(object),
        ...gpuDelta(object),
        ...refusals(object),
      ];
    }
  }
}

function restarts(object: ObjectDiff & { readonly change: 'changed' }): readonly Block[] {
  if (object.kind !== 'DynamoGraphDeployment') return [];
  if (object.restarts === undefined) {
    return [paragraph('Pods may be replaced: the graph cannot be read, so that nobody can say which.')];
  }
  if (object.restarts.length === 0) return [paragraph('No running pod is replaced.')];
  return list(
    object.restarts.map(({ service, reason }) => ['restarts ', code(service), `: ${visibleText(reason, SENTENCE)}`]),
  );
}

function gpuDelta({ gpus }: ObjectDiff): readonly Block[] {
  if (gpus === undefined) return [];
  return [paragraph(needsMore(gpus) ? strong('Needs more GPUs: ') : 'Needs no more GPUs: ', deltaText(gpus))];
}

function refusals(object: Exclude<ObjectDiff, { readonly change: 'removed' }>): readonly Block[] {
  return list(
    object.refusals.map(({ rule, path, message, help }) => [
      strong('will be refused: '),
      code(visibleText(path, SENTENCE)),
      ` ${visibleText(message, SENTENCE)} (`,
      code(rule),
      `); ${visibleText(help, SENTENCE)}`,
    ]),
  );
}

function gpuBlocks(gpus: DiffResult['gpus']): readonly Block[] {
  if (gpus.length === 0) return [paragraph('No more GPUs are needed, and no fewer.')];
  const lines = gpus.flatMap((change): readonly (readonly Inline[])[] => [
    [strong(visibleText(gpuChangeText(change), SENTENCE))],
    ...change.services.map((service) => [visibleText(serviceGpuText(service), SENTENCE)]),
  ]);
  return [
    paragraph(gpus.some(needsMore) ? strong('GPUs, more than before:') : 'GPUs, no more than before:'),
    ...list(lines),
  ];
}

function skippedBlocks(skipped: DiffResult['skipped']): readonly Block[] {
  if (skipped.length === 0) return [];
  const lines = skipped.map(({ file, reason }) => [
    code(visibleText(file, SENTENCE)),
    `: ${visibleText(reason, SENTENCE)}`,
  ]);
  return [paragraph('Not compared:'), ...list(lines)];
}

function list(items: readonly (readonly Inline[])[]): readonly Block[] {
  const { shown, more } = atMost(items, MAX_LINES);
  const rest = more === 0 ? [] : [[`and ${more} more`]];
  return shown.length === 0 ? [] : [{ kind: 'list', items: [...shown, ...rest] }];
}
