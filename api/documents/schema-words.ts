import type * as z from 'zod';

/**
 * What a schema finds wrong, in the words of somebody who writes the document and has never heard of the schema. A schema
 * that says it better itself is left to speak.
 */
export function schemaWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : wrongType(issue.expected, issue.input);
    case 'invalid_value':
      return wrongValue(issue.input, issue.values);
    case 'invalid_union':
      // Without a form to compare with, what is wrong is the word that chooses the form.
      return Array.isArray(issue.options) && typeof issue.discriminator === 'string'
        ? wrongValue(ownField(issue.input, issue.discriminator), issue.options)
        : undefined;
    case 'unrecognized_keys':
      return `unknown field ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return tooBig(issue);
    case 'invalid_format':
      return wrongFormat(issue);
    default:
      return undefined;
  }
}

function wrongType(expected: string, input: unknown): string {
  if (expected === 'int' && typeof input === 'number') return `must be a whole number, not ${input}`;
  const wanted = TYPES.get(expected) ?? expected;
  if (typeof input === 'number' && !Number.isFinite(input)) return `must be ${wanted}, not ${input}`;
  return `must be ${wanted}, not ${typeOf(input)}${remedy(expected, input)}`;
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['tuple', 'a list'],
  ['object', 'a map of fields'],
  ['record', 'a map of fields'],
]);

function typeOf(input: unknown): string {
  if (input === null) return 'empty';
  if (Array.isArray(input)) return 'a list';
  switch (typeof input) {
    case 'string':
      return 'text';
    case 'number':
      return 'a number';
    case 'object':
      return 'a map of fields';
    default:
      return String(input);
  }
}

/** YAML reads `1.4` as a number and `"3"` as text; only the quotes are wrong. */
function remedy(expected: string, input: unknown): string {
  if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')) {
    return `; quote it: "${input}"`;
  }
  const isNumber = typeof input === 'string' && input.trim() !== '' && Number.isFinite(Number(input));
  return (expected === 'number' || expected === 'int') && isNumber ? '; write it without quotes' : '';
}

function wrongValue(input: unknown, allowed: readonly unknown[]): string {
  const words = allowed.map((value) => JSON.stringify(value) ?? String(value));
  const wanted = words.length === 1 ? `must be ${words[0]}` : `must be one of ${words.join(', ')}`;
  if (input === undefined) return `is missing; it ${wanted}`;
  const isShort = typeof input !== 'object' && String(input).length <= 60;
  return isShort ? `${wanted}, not ${JSON.stringify(input)}` : wanted;
}

function tooSmall(issue: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>): string {
  const { origin, minimum, inclusive, input } = issue;
  if (origin === 'string') return minimum === 1 ? 'must not be empty' : `needs at least ${minimum} characters`;
  if (origin === 'array' || origin === 'set') {
    return minimum === 1 ? 'must not be an empty list' : `needs at least ${minimum} entries`;
  }
  return `must be ${inclusive === false ? 'above' : 'at least'} ${minimum}, not ${String(input)}`;
}

function tooBig(issue: z.core.$ZodRawIssue<z.core.$ZodIssueTooBig>): string {
  const { origin, maximum, inclusive, input } = issue;
  if (origin === 'string') return `may have at most ${maximum} characters`;
  if (origin === 'array' || origin === 'set') return `may have at most ${maximum} entries`;
  return `must be ${inclusive === false ? 'below' : 'at most'} ${maximum}, not ${String(input)}`;
}

function wrongFormat(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidStringFormat>): string {
  if (issue.format === 'datetime') return 'must be a time in UTC, such as "2026-11-02T09:30:00Z"';
  return issue.pattern === undefined ? `must be a ${issue.format}` : `must match ${issue.pattern}`;
}

function ownField(input: unknown, field: string): unknown {
  return typeof input === 'object' && input !== null && Object.hasOwn(input, field)
    ? Reflect.get(input, field)
    : undefined;
}
