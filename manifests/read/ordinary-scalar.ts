import type { JsonValue } from '../../api/index.ts';

/** Thrown from deep inside, where unwinding by hand would double the code. It is no error, so it has no trace. */
export const NOT_ORDINARY = Symbol('not ordinary');

const WHOLE_NUMBER = /^(?:0|-?[1-9][0-9]{0,14})$/;
const DECIMAL = /^[0-9]{1,8}\.[0-9]{1,6}$/;
/** What some spelling of a number may be, apart from the two above. */
const LIKE_NUMBER = /^[-+]?(?:[0-9.]+(?:[eE][-+]?[0-9]*)?|0[xXoObB][0-9a-fA-F_]*|\.[A-Za-z]{3})$/;
export const WORDS: ReadonlyMap<string, JsonValue> = new Map([
  ...['null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);

const SPACE = 0x20;
const COLON = 0x3a;

/** Spaces alone: `trimEnd` takes what YAML keeps, such as a no-break space. */
export function withoutEndSpaces(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === SPACE) end -= 1;
  return text.slice(0, end);
}

/** What a plain word says; one that some spelling of a number may be is not ordinary. */
export function plainValue(word: string): JsonValue {
  const code = word.charCodeAt(0);
  // Letters come after the signs and digits.
  if (code > COLON) return WORDS.get(word) ?? (WORDS.has(word) ? null : word);
  if (WHOLE_NUMBER.test(word) || DECIMAL.test(word)) return Number(word);
  if (LIKE_NUMBER.test(word)) throw NOT_ORDINARY;
  return word;
}
