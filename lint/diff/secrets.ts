import { canonicalJson, isObject, type JsonValue } from '../../api/index.ts';
import { documentKeys, type FieldPath } from '../field-path.ts';
import type { Change } from './compare.ts';

/** What stands for a value that nobody should read in a log or a comment. */
export const HIDDEN = '(hidden)';
export const CHANGED = '(changed)';

/** A change with every secret taken out; where that leaves nothing to see, it says that something changed. */
export function withoutSecrets(kind: string, { path, before, after }: Change): Change {
  const hide = (value: JsonValue | undefined): JsonValue | undefined => {
    if (value === undefined) return undefined;
    return isSecretPath(kind, path, value) ? HIDDEN : hideSecrets(kind, documentKeys(path).map(String), value);
  };
  const shown = { path, before: hide(before), after: hide(after) };
  const isHidden =
    before !== undefined && after !== undefined && canonicalJson(shown.before) === canonicalJson(shown.after);
  return isHidden ? { path, before: HIDDEN, after: CHANGED } : shown;
}

/** Whether a path leads to a secret, so that nothing may quote its value; `around` is the object that holds it. */
export function isSecretPath(
  kind: string,
  path: FieldPath,
  value: JsonValue | undefined,
  around?: JsonValue | undefined,
): boolean {
  const keys = documentKeys(path).map(String);
  if (isSecretPlace(kind, keys)) return true;
  if (keys.at(-1) === 'value' && isObject(around) && isSecretName(around.name)) return true;
  // The item of a variable goes by its name: `env[HF_TOKEN].value`.
  return keys.at(-1) === 'value' ? isSecretName(keys.at(-2)) : typeof value === 'string' && isSecretField(keys.at(-1));
}

/** A value with its secrets replaced. */
function hideSecrets(kind: string, keys: readonly string[], value: JsonValue): JsonValue {
  if (isSecretPlace(kind, keys)) return HIDDEN;
  if (typeof value === 'string') return hideInText(value);
  if (Array.isArray(value)) return hideInList(kind, keys, value);
  if (!isObject(value)) return value;
  const isVariable = isSecretName(value.name);
  const members = Object.entries(value).flatMap(([key, member]): [string, JsonValue][] => {
    if (member === undefined) return [];
    const isValue = (isVariable && key === 'value') || (typeof member === 'string' && isSecretField(key));
    return [[key, isValue ? HIDDEN : hideSecrets(kind, [...keys, key], member)]];
  });
  return Object.fromEntries(members);
}

/** Arguments: what follows a flag such as `--api-key` is hidden with it. */
function hideInList(kind: string, keys: readonly string[], items: readonly JsonValue[]): readonly JsonValue[] {
  return items.map((item, index) => {
    const flag = items[index - 1];
    const isValue = typeof flag === 'string' && /^--?[\w-]+$/.test(flag) && isSecretName(flag);
    return isValue && typeof item === 'string' && !item.startsWith('-') ? HIDDEN : hideSecrets(kind, keys, item);
  });
}

function isSecretPlace(kind: string, keys: readonly string[]): boolean {
  return kind === 'Secret' && (keys[0] === 'data' || keys[0] === 'stringData');
}

/** Fields that hold secrets; `envFromSecret` and the like hold the name of one, which is none. */
function isSecretField(name: string | undefined): boolean {
  return isSecretName(name) && !/secret(name|ref)?$/i.test(name ?? '');
}

/** Names that programs give to secrets: HF_TOKEN, NGC_API_KEY, `--password`; not MAX_TOKENS, TOKENIZER or MAX_TOKEN_LENGTH. */
function isSecretName(name: JsonValue | undefined): boolean {
  if (typeof name !== 'string') return false;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  if (words.at(-1) === 'token' || words.at(-1) === 'secret' || words.some((word) => SECRET_WORDS.has(word)))
    return true;
  return words.some((word, index) => word === 'key' && KEY_WORDS.has(words[index - 1] ?? ''));
}

const SECRET_WORDS: ReadonlySet<string> = new Set([
  ...['password', 'passwd', 'passphrase', 'pwd', 'apikey', 'credential', 'credentials', 'authtoken', 'bearer'],
]);
const KEY_WORDS: ReadonlySet<string> = new Set(['api', 'access', 'private', 'secret', 'auth', 'signing', 'encryption']);

/** Tokens by the prefixes that their makers give them, and values that are assigned to a secret's name in a text. */
const TOKEN =
  /\b(?:hf_|gh[pousr]_|github_pat_|glpat-|nvapi-|sk-|xox[abprs]-|AKIA|AIza)[A-Za-z0-9_-]{8,}|\beyJ[\w-]{10,400}\.[\w-]{5,4000}\.[\w-]*/g;
const ASSIGNED = /(?<=^|[^\w-])(-{0,2}[A-Za-z_][\w-]*)("? ?[=:] ?)("[^"]*"|'[^']*'|[^\s"'&;|]+)/g;
const FLAG = /(?<=^|\s)(--?[A-Za-z][\w-]*)(\s+)("[^"]*"|'[^']*'|[^\s"'&;|-][^\s"'&;|]*)/g;
const USER_INFO = /(:\/\/)[^\s/:@]+:[^\s/@]+@/g;

export function hideInText(text: string): string {
  const hideValue = (all: string, name: string, sign: string, value: string): string =>
    isSecretName(name) && !value.startsWith('$') ? `${name}${sign}${HIDDEN}` : all;
  return text
    .replace(TOKEN, HIDDEN)
    .replace(USER_INFO, `$1${HIDDEN}@`)
    .replace(ASSIGNED, hideValue)
    .replace(FLAG, hideValue);
}
