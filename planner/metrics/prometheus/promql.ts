/** Label matchers of a PromQL selector, in the order in which they are written. */
export type Matchers = readonly string[];

/** A PromQL string literal; whatever a label value holds, it stays inside the quotes. */
export function promqlString(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(CONTROL, escapeOf)}"`;
}

/** The text as a regular expression of RE2 that matches it and nothing else. */
export function regexLiteral(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

export function equals(label: string, value: string): string {
  return `${label}=${promqlString(value)}`;
}

/** Matches the whole value, as every regular expression of PromQL does. */
export function matches(label: string, regex: string): string {
  return `${label}=~${promqlString(regex)}`;
}

/** Equal where the label is there at all: not every way of scraping sets it. */
export function equalsIfThere(label: string, value: string): string {
  return matches(label, `${regexLiteral(value)}|`);
}

export function selector(metric: string, matchers: Matchers): string {
  return `${metric}{${matchers.join(',')}}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being escaped
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
