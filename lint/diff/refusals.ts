import type { JsonObject, JsonValue, OperatorVersion } from '../../api/index.ts';
import { templateMark } from '../../manifests/index.ts';
import { formatFieldPath } from '../field-path.ts';
import { lintObject, VERSION_NOT_SERVED } from '../lint-object.ts';
import { otherRules, RULES } from '../rules/index.ts';
import { sentenceWithoutSecrets } from '../secret-fields.ts';
import { HIDDEN } from '../secret-text.ts';
import { valueAtPath } from '../value-at-path.ts';

/** Why the API server or the operator's webhook will not take an object. */
export interface Refusal {
  /** Id of the rule of `lint`. */
  readonly rule: string;
  readonly path: string;
  readonly message: string;
  readonly help: string;
}

const REFUSING: ReadonlySet<string> = new Set([
  VERSION_NOT_SERVED.id,
  ...[...RULES, ...otherRules].filter(({ stage }) => stage === 'schema' || stage === 'webhook').map(({ id }) => id),
]);

/** What admission will say to an object that is created, or that replaces `old`. What a template fills in is not judged. */
export function refusalsOf(
  object: JsonObject,
  old: JsonObject | undefined,
  operator: OperatorVersion,
): readonly Refusal[] {
  return lintObject({ object, old, operator })
    .filter(({ rule, severity }) => severity === 'error' && REFUSING.has(rule))
    .flatMap(({ rule, path, message, help, isSecret }) => {
      const value = valueAtPath(object, path);
      if (typeof value === 'string' && templateMark(value) !== undefined) return [];
      const hide = (text: string): string =>
        sentenceWithoutSecrets(object, isSecret === true ? withoutValue(text, value) : text);
      return [{ rule, path: formatFieldPath(path), message: hide(message), help: hide(help) }];
    });
}

/**
 * What admission will say to an edit of an object that it would not say were the object applied as it is: what was wrong
 * before, and stays as wrong, is not the edit's doing.
 */
export function editRefusals(object: JsonObject, old: JsonObject, operator: OperatorVersion): readonly Refusal[] {
  const keyOf = ({ rule, path, message }: Refusal): string => JSON.stringify([rule, path, message]);
  const found = refusalsOf(object, old, operator);
  if (found.length === 0) return [];
  const before = new Set(refusalsOf(old, old, operator).map(keyOf));
  return found.filter((refusal) => !before.has(keyOf(refusal)));
}

function withoutValue(text: string, value: JsonValue | undefined): string {
  const written = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return written === '' ? text : text.replaceAll(written, HIDDEN);
}
