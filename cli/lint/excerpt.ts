import type { LocatedFinding } from '../../lint/index.ts';
import type { Paint } from '../../report/index.ts';

/** Most characters of a line that are shown. */
const WIDTH = 110;
/** Characters before the place, where a line has to be cut. */
const BEFORE = 40;

/** The line that is meant, with a mark under the part that is; none for a file as a whole. */
export function excerpt({ excerpt: text, line, column, length }: LocatedFinding, paint: Paint): readonly string[] {
  if (text === undefined || line === undefined || column === undefined || text.trim() === '') return [];
  const from = column > WIDTH - BEFORE ? column - 1 - BEFORE : 0;
  const cut = `${from > 0 ? '…' : ''}${visible(text.slice(from, from + WIDTH))}${text.length > from + WIDTH ? '…' : ''}`;
  const number = String(line);
  const margin = ' '.repeat(number.length);
  const indent = ' '.repeat(column - 1 - from + (from > 0 ? 1 : 0));
  const marked = '^'.repeat(Math.max(1, Math.min(length, from + WIDTH - column + 1)));
  return [
    `   ${paint.faint(`${number} |`)} ${cut.trimEnd()}`,
    `   ${paint.faint(`${margin} |`)} ${indent}${paint.bad(marked)}`,
  ];
}

/** As wide as it was: each character that a terminal would act on, or not show, becomes one that it shows. */
function visible(text: string): string {
  return text.replace(/[\t\u2028\u2029]/g, ' ').replace(/\p{C}/gu, '\ufffd');
}
