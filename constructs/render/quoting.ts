/** How a string is written so that YAML 1.1, YAML 1.2 and Go's parsers all read the same string back. */
export type StringStyle = 'plain' | 'single' | 'double' | 'literal';

/** Begins like nothing but text: a letter, a path, or a command's flag. A digit, sign or dot could begin a number. */
const PLAIN = /^(?:[A-Za-z/]|--?[A-Za-z])(?:[A-Za-z0-9_./@+=,-]|:(?=[A-Za-z0-9_./@+=,-])| (?=[A-Za-z0-9_./@+=,(-]))*$/;

/** Amounts of Kubernetes, which no reader takes for a number. */
const QUANTITY = /^\d+[KMGTPE]i$/;

/** Words that one of the readers takes for a boolean, null or a number. Case is ignored, which is stricter than they are. */
const RESERVED = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null', 'nan', 'inf', 'infinity']);

/** An exponent without digits before it, which some readers of YAML 1.1 take for a number. */
const EXPONENT = /^-?e[-+]?[0-9_]+$/i;

/** Letters, marks, digits, punctuation and symbols of any script, and the plain blank: no controls, no other blanks. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u;

/** Lines of a text that stands in a block as it is: tabs inside a line, but no blank at its end. */
const BLOCK_LINE =
  /^(?:[\p{L}\p{M}\p{N}\p{P}\p{S}][\p{L}\p{M}\p{N}\p{P}\p{S} \t]*| +[\p{L}\p{M}\p{N}\p{P}\p{S}][\p{L}\p{M}\p{N}\p{P}\p{S} \t]*)?$/u;

export function stringStyle(text: string): StringStyle {
  if (PLAIN.test(text) && !RESERVED.has(text.toLowerCase()) && !EXPONENT.test(text)) return 'plain';
  if (QUANTITY.test(text)) return 'plain';
  if (text.includes('\n')) return isBlock(text) ? 'literal' : 'double';
  return text.includes('"') && !text.includes("'") && PRINTABLE.test(text) ? 'single' : 'double';
}

/**
 * A text that a block scalar keeps: its first line neither blank nor indented, at most one line break at its end, and no
 * line with a blank at its end. Everything else is escaped, since readers differ on it.
 */
function isBlock(text: string): boolean {
  if (/^\s/.test(text) || text.endsWith('\n\n')) return false;
  return text.split('\n').every((line) => BLOCK_LINE.test(line) && !/[ \t]$/.test(line));
}
