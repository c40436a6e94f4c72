import { type Block, printTerminal, visibleText } from '../markdown/index.ts';
import type { Paint } from '../paint.ts';

/** A merge request as a reviewer meets it. */
export interface MergeRequestView {
  /** Null while it is not opened, as in a dry run. */
  readonly number: number | null;
  /** What people of the forge write before a number. */
  readonly sign?: '!' | '#';
  readonly state: 'open' | 'merged' | 'closed' | 'dry run';
  readonly title: string;
  readonly head: string;
  readonly base: string;
  readonly body: readonly Block[];
  /** Unified diff. */
  readonly diff: string;
}

/** The merge request for a terminal: title, branches, body, coloured diff. */
export function mergeRequestText(view: MergeRequestView, paint: Paint): string {
  const number = view.number === null ? '' : `${view.sign ?? '!'}${view.number} `;
  return [
    `${paint.strong(`${number}${visibleText(view.title)}`)}\n${paint.faint(
      `${view.state} · ${visibleText(view.head)} → ${visibleText(view.base)}`,
    )}`,
    printTerminal(view.body, paint),
    diffText(view.diff, paint),
  ].join('\n\n');
}

/** A unified diff with its lines coloured; control characters in the files become visible. */
export function diffText(diff: string, paint: Paint): string {
  return diff
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => paintOf(line, paint)(visibleLine(line)))
    .join('\n');
}

function paintOf(line: string, paint: Paint): (text: string) => string {
  if (/^(diff --git |--- |\+\+\+ )/.test(line)) return paint.strong;
  if (line.startsWith('@@')) return paint.faint;
  if (line.startsWith('+')) return paint.good;
  if (line.startsWith('-')) return paint.bad;
  return (text) => text;
}

/** Unlike prose, a diff keeps its spaces. */
function visibleLine(line: string): string {
  return line
    .replace(/\r$/, '')
    .replaceAll('\t', '    ')
    .replace(/[\p{C}\u2028\u2029]/gu, '\ufffd');
}
