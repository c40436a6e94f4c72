import {
  type ChangedObject,
  type FieldChange,
  needsMore,
  type ObjectDiff,
  type Refusal,
} from '../../lint/diff/index.ts';
import { type Paint, visibleText } from '../../report/index.ts';
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
import { listLines, shownChange, shownValues, valueText } from './shown-value.ts';

/** Most characters of a value. */
const WIDTH = 80;

export function diffText(result: DiffResult, paint: Paint): string {
  const { objects, gpus, skipped, before, after } = result;
  const places = gpus.flatMap((change) => [
    `  ${(needsMore(change) ? paint.notice : paint.good)(visibleText(gpuChangeText(change)))}`,
    ...change.services.map((service) => paint.faint(`    ${visibleText(serviceGpuText(service))}`)),
  ]);
  const skippedLines = skipped.map(({ file, reason }) => `  ${visibleText(file)}: ${visibleText(reason)}`);
  return [
    paint.faint(`${visibleText(before)} → ${visibleText(after)}`),
    ...inOrder(objects).map((object) => objectText(object, paint)),
    ...(places.length === 0 ? [] : [[paint.strong('GPUs'), ...places].join('\n')]),
    ...(skippedLines.length === 0 ? [] : [[paint.notice('Not compared'), ...skippedLines].join('\n')]),
    paint.strong(summaryText(result)),
  ].join('\n\n');
}

function objectText(object: ObjectDiff, paint: Paint): string {
  const name = visibleText(objectName(object));
  const file = isInCluster(object) ? paint.faint(`  ${visibleText(object.file)}`) : '';
  switch (object.change) {
    case 'removed': {
      if (!isInCluster(object)) return `- removed ${name}`;
      const losses = object.losses.map((loss) => `    ${paint.bad(`! ${visibleText(loss)}`)}`);
      return [`${paint.bad(`- REMOVED ${name}`)}${file}`, ...losses].join('\n');
    }
    case 'added':
      return [
        `${paint.good(`+ added ${name}`)}${file}`,
        ...gpuLines(object, paint),
        ...refusalLines(object.refusals, paint),
      ].join('\n');
    case 'changed':
      return [
        `${paint.notice('~')} ${paint.strong(name)}${file}`,
        ...object.fields.flatMap((field) => fieldLines(field, paint)),
        ...effectLines(object, paint),
        ...gpuLines(object, paint),
        ...refusalLines(object.refusals, paint),
      ].join('\n');
  }
}

function fieldLines({ path, before, after, absentAs }: FieldChange, paint: Paint): readonly string[] {
  const place = visibleText(path, 200);
  if (absentAs !== undefined) {
    const shown = shownChange({ before, after, absentAs }, WIDTH);
    return [`      ${place}: ${paint.bad(shown.before)} → ${paint.good(shown.after)}`];
  }
  if (before === undefined) return [`    ${paint.good(`+ ${place}`)}: ${visibleText(valueText(after), WIDTH)}`];
  if (after === undefined) return [`    ${paint.bad(`- ${place}`)}: ${visibleText(valueText(before), WIDTH)}`];
  const lines = listLines(before, after)?.filter(({ side }) => side !== 'both');
  if (lines !== undefined && lines.length > 0) {
    return [
      `      ${place}`,
      ...lines.map(({ side, text }) => {
        const shown = visibleText(text, WIDTH);
        return side === 'before' ? `        ${paint.bad(`- ${shown}`)}` : `        ${paint.good(`+ ${shown}`)}`;
      }),
    ];
  }
  const shown = shownValues(before, after, WIDTH);
  const whole = `      ${place}: ${paint.bad(shown.before)} → ${paint.good(shown.after)}`;
  const isLong = place.length + shown.before.length + shown.after.length > 2 * WIDTH - 40;
  if (!isLong) return [whole];
  return [`      ${place}`, `        ${paint.bad(`- ${shown.before}`)}`, `        ${paint.good(`+ ${shown.after}`)}`];
}

function effectLines({ kind, restarts }: ChangedObject, paint: Paint): readonly string[] {
  if (kind !== 'DynamoGraphDeployment') return [];
  if (restarts === undefined) {
    return [`    ${paint.notice('pods may be replaced')}: the graph cannot be read, so that nobody can say which`];
  }
  if (restarts.length === 0) return [`    ${paint.good('no running pod is replaced')}`];
  return restarts.map(
    ({ service, reason }) => `    ${paint.notice(`restarts ${visibleText(service)}`)}: ${visibleText(reason)}`,
  );
}

function gpuLines({ gpus }: ObjectDiff, paint: Paint): readonly string[] {
  if (gpus === undefined) return [];
  return [
    `    ${needsMore(gpus) ? paint.notice('needs more GPUs') : paint.good('needs no more GPUs')}: ${deltaText(gpus)}`,
  ];
}

function refusalLines(refusals: readonly Refusal[], paint: Paint): readonly string[] {
  return refusals.map(
    ({ rule, path, message, help }) =>
      `    ${paint.bad('will be refused')}: ${visibleText(path)}: ${visibleText(message)} ${paint.faint(`[${rule}]`)}; ${visibleText(help)}`,
  );
}
