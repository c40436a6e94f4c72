import { isObject, type JsonObject, type JsonValue, showJson, stringAt } from '../../../api/index.ts';
import type { FieldPath, FieldStep } from '../../field-path.ts';
import type { Violation } from '../../finding.ts';
import { evaluateCel, NO_VALUE, optional } from './cel.ts';
import { celValue } from './cel-value.ts';
import { fieldSchema } from './stored.ts';

/**
 * What the validation rules (CEL) of a schema have against a value. One that cannot be evaluated here, since it uses a
 * function that is Kubernetes' own, is left to the cluster. Rules about a change are asked where the old value is known.
 */
export function ruleViolations(schema: JsonObject, value: JsonValue, old: JsonValue | undefined): readonly Violation[] {
  const violations: Violation[] = [];
  visit(schema, value, old, [], violations);
  return violations;
}

function visit(
  schema: JsonObject,
  value: JsonValue,
  old: JsonValue | undefined,
  path: FieldPath,
  violations: Violation[],
): void {
  if (!hasRules(schema)) return;
  const rules = schema['x-kubernetes-validations'];
  for (const rule of Array.isArray(rules) ? (rules as readonly JsonValue[]) : []) {
    const violation = isObject(rule) ? asked(rule, schema, value, old, path) : undefined;
    if (violation !== undefined) violations.push(violation);
  }
  if (Array.isArray(value)) {
    const { items } = schema;
    if (!isObject(items)) return;
    for (const [index, item] of (value as readonly JsonValue[]).entries()) {
      visit(items, item, oldItem(schema, item, old), [...path, index], violations);
    }
  } else if (isObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      const field = fieldSchema(schema, key);
      if (field === undefined || member === undefined) continue;
      const isField = isObject(schema.properties) && Object.hasOwn(schema.properties, key);
      const before = isObject(old) && Object.hasOwn(old, key) ? old[key] : undefined;
      const step: FieldStep = isField ? key : { key };
      visit(field, member, before, [...path, step], violations);
    }
  }
}

function asked(
  rule: JsonObject,
  schema: JsonObject,
  value: JsonValue,
  old: JsonValue | undefined,
  path: FieldPath,
): Violation | undefined {
  const source = stringAt(rule, 'rule');
  if (source === undefined) return undefined;
  const isOptional = rule.optionalOldSelf === true;
  if (old === undefined && !isOptional && /\boldSelf\b/.test(source)) return undefined;
  const before = old === undefined ? NO_VALUE : celValue(schema, old);
  const context = { self: celValue(schema, value), oldSelf: isOptional ? optional(before) : before };
  if (evaluateCel(source, context) !== false) return undefined;
  const expression = stringAt(rule, 'messageExpression');
  const worded = expression === undefined ? undefined : evaluateCel(expression, context);
  const message = typeof worded === 'string' && worded !== '' ? worded : (stringAt(rule, 'message') ?? `not ${source}`);
  return {
    path: [...path, ...fieldSteps(stringAt(rule, 'fieldPath') ?? '')],
    message: `a rule of the cluster's definition refuses the object: ${message.replace(/\s+/g, ' ').trim()}`,
    help: `the rule is ${source.replace(/\s+/g, ' ').trim()}`,
  };
}

/** `.spec.size` and `['a-b']`, as a rule points at a field below its own. */
function fieldSteps(text: string): FieldPath {
  return [...text.matchAll(/\.([A-Za-z_][\w-]*)|\['([^']+)'\]/g)].map(([, field, key]) => field ?? { key: key ?? '' });
}

/** The same item in the old list: only lists that are maps tell their items apart. */
function oldItem(schema: JsonObject, item: JsonValue, old: JsonValue | undefined): JsonValue | undefined {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (!Array.isArray(keys) || !Array.isArray(old) || !isObject(item)) return undefined;
  const identity = (one: JsonObject): string => showJson(keys.map((key: JsonValue) => one[String(key)] ?? null));
  const own = identity(item);
  return (old as readonly JsonValue[]).find((one) => isObject(one) && identity(one) === own);
}

/** Most of a pod's schema has no rules; it is not walked. */
const WITH_RULES: WeakMap<JsonObject, boolean> = new WeakMap();

function hasRules(schema: JsonObject): boolean {
  const known = WITH_RULES.get(schema);
  if (known !== undefined) return known;
  const { properties, items, additionalProperties } = schema;
  const below = [...Object.values(isObject(properties) ? properties : {}), items, additionalProperties];
  const found =
    Array.isArray(schema['x-kubernetes-validations']) || below.some((one) => isObject(one) && hasRules(one));
  WITH_RULES.set(schema, found);
  return found;
}
