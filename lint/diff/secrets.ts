import { canonicalJson, type JsonValue } from '../../api/index.ts';
import { documentKeys } from '../field-path.ts';
import { hideSecrets, isSecretPath } from '../secret-fields.ts';
import { HIDDEN } from '../secret-text.ts';
import type { Change } from './compare.ts';

const CHANGED = '(changed)';

/** A change with every secret taken out; where that leaves nothing to see, it says that something changed. */
export function withoutSecrets(kind: string, { path, before, after, ...rest }: Change): Change {
  const keys = documentKeys(path).map(String);
  const hide = (value: JsonValue | undefined): JsonValue | undefined => {
    if (value === undefined) return undefined;
    return isSecretPath(kind, keys, value) ? HIDDEN : hideSecrets(kind, keys, value);
  };
  const shown = { path, before: hide(before), after: hide(after), ...rest };
  const isHidden =
    before !== undefined && after !== undefined && canonicalJson(shown.before) === canonicalJson(shown.after);
  return isHidden ? { path, before: HIDDEN, after: CHANGED } : shown;
}
