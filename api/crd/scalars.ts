import { type JsonObject, type JsonValue, showJson } from '../json.ts';
import type { CrdFinding, CrdMistake, CrdPath } from './finding.ts';
import { matchesPattern } from './pattern.ts';

type Scalar = string | number | boolean;

/** What a schema says of a text, a number or a flag. */
export function checkScalar(schema: JsonObject, value: Scalar, path: CrdPath): readonly CrdFinding[] {
  const found = (mistake: CrdMistake, what: string): CrdFinding => ({
    mistake,
    path,
    message: `${what}, got ${shown(value)}`,
  });
  const wrongType = typeProblem(schema, value);
  if (wrongType !== undefined) return [found('type', wrongType)];
  return [
    ...enumProblems(schema, value),
    ...(typeof value === 'string' ? textProblems(schema, value) : []),
    ...(typeof value === 'number' ? numberProblems(schema, value) : []),
  ].map((what) => found('value', what));
}

/** Nobody wants to read a whole script in a message. */
function shown(value: Scalar): string {
  const text = showJson(value);
  return text.length > 200 ? `${text.slice(0, 200)}… (${text.length} characters)` : text;
}

function typeProblem(schema: JsonObject, value: Scalar): string | undefined {
  const isInteger = typeof value === 'number' && Number.isInteger(value);
  if (schema['x-kubernetes-int-or-string'] === true) {
    return typeof value === 'string' || isInteger ? undefined : 'must be a whole number or a text';
  }
  switch (schema.type) {
    case undefined:
      return undefined;
    case 'string':
      return typeof value === 'string' ? undefined : 'must be a text (in quotes)';
    case 'integer':
      return isInteger ? undefined : 'must be a whole number';
    case 'number':
      return typeof value === 'number' ? undefined : 'must be a number';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'array':
      return 'must be a list';
    default:
      return 'must be a map';
  }
}

function enumProblems({ enum: values }: JsonObject, value: Scalar): readonly string[] {
  if (!Array.isArray(values) || values.includes(value)) return [];
  return [`must be one of ${values.map((one: JsonValue) => showJson(one)).join(', ')}`];
}

function textProblems(schema: JsonObject, value: string): readonly string[] {
  const { pattern, minLength, maxLength } = schema;
  // The API server counts characters, not UTF-16 units.
  const length = minLength === undefined && maxLength === undefined ? 0 : [...value].length;
  return [
    ...(typeof minLength === 'number' && length < minLength ? [`must have at least ${minLength} characters`] : []),
    ...(typeof maxLength === 'number' && length > maxLength ? [`must have at most ${maxLength} characters`] : []),
    ...(typeof pattern === 'string' && !matchesPattern(pattern, value) ? [`must match ${pattern}`] : []),
  ];
}

const FORMAT_LIMITS: { readonly [format: string]: number } = { int32: 2 ** 31, int64: 2 ** 63 };

function numberProblems(schema: JsonObject, value: number): readonly string[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, format } = schema;
  const messages: string[] = [];
  if (typeof minimum === 'number' && (exclusiveMinimum === true ? value <= minimum : value < minimum)) {
    messages.push(`must be ${exclusiveMinimum === true ? 'above' : 'at least'} ${minimum}`);
  }
  if (typeof maximum === 'number' && (exclusiveMaximum === true ? value >= maximum : value > maximum)) {
    messages.push(`must be ${exclusiveMaximum === true ? 'below' : 'at most'} ${maximum}`);
  }
  if (typeof multipleOf === 'number' && value % multipleOf !== 0) messages.push(`must be a multiple of ${multipleOf}`);
  const limit = typeof format === 'string' && Object.hasOwn(FORMAT_LIMITS, format) ? FORMAT_LIMITS[format] : undefined;
  if (limit !== undefined && (value >= limit || value < -limit)) messages.push(`must fit ${String(format)}`);
  return messages;
}
