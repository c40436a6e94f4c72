import { isObject, type JsonObject, type JsonValue } from '../api/index.ts';
import { HIDDEN, hideInText, hideTokens, isSecretName, stars, withoutRest } from './secret-text.ts';

/** What is hidden, and what takes its place. */
type Hide = (secret: JsonValue) => JsonValue;

/** Whether a path, as keys and positions, leads to a secret; the item of a variable may go by its name: `env[HF_TOKEN].value`. */
export function isSecretPath(kind: string, keys: readonly string[], value: JsonValue | undefined): boolean {
  if (isSecretPlace(kind, keys)) return true;
  return keys.at(-1) === 'value' ? isSecretName(keys.at(-2)) : typeof value === 'string' && isSecretField(keys.at(-1));
}

/** A value with its secrets replaced; `keys` are those that lead to it. */
export function hideSecrets(
  kind: string,
  keys: readonly string[],
  value: JsonValue,
  hide: Hide = () => HIDDEN,
): JsonValue {
  if (isSecretPlace(kind, keys)) return hide(value);
  if (typeof value === 'string') return hideInText(value, (secret) => String(hide(secret)));
  if (Array.isArray(value)) return hideInList(kind, keys, value, hide);
  if (!isObject(value)) return value;
  const isVariable = isSecretName(value.name);
  const members = Object.entries(value).flatMap(([key, member]): [string, JsonValue][] => {
    if (member === undefined) return [];
    const isValue = (isVariable && key === 'value') || (typeof member === 'string' && isSecretField(key));
    return [[key, isValue ? hide(member) : hideSecrets(kind, [...keys, key], member, hide)]];
  });
  return Object.fromEntries(members);
}

/** Arguments: what follows a flag such as `--api-key` is hidden with it. */
function hideInList(
  kind: string,
  keys: readonly string[],
  items: readonly JsonValue[],
  hide: Hide,
): readonly JsonValue[] {
  return items.map((item, index) => {
    const flag = items[index - 1];
    const isValue = typeof flag === 'string' && /^--?[\w-]+$/.test(flag) && isSecretName(flag);
    return isValue && typeof item === 'string' && !item.startsWith('-')
      ? hide(item)
      : hideSecrets(kind, keys, item, hide);
  });
}

function isSecretPlace(kind: string, keys: readonly string[]): boolean {
  if (kind === 'Secret') return keys[0] === 'data' || keys[0] === 'stringData';
  // Of a kustomization, which need not say its kind.
  return keys[0] === 'secretGenerator' && keys.includes('literals');
}

/** Fields that hold secrets; `envFromSecret` and the like hold the name of one, which is none. */
function isSecretField(name: string | undefined): boolean {
  return isSecretName(name) && !/secret(name|ref)?$/i.test(name ?? '');
}

/** Shorter ones stand in too many words to be looked for. */
const SHORTEST = 4;
const NO_SECRETS: ReadonlySet<string> = new Set(['true', 'false', 'null', 'none']);

const FOUND: WeakMap<JsonObject, readonly string[]> = new WeakMap();

/** The secrets of an object as they may stand in a text about it, the longest first. */
function secretsOf(object: JsonObject): readonly string[] {
  const known = FOUND.get(object);
  if (known !== undefined) return known;
  const found = new Set<string>();
  const collect = (secret: JsonValue): JsonValue => {
    if (isObject(secret)) for (const member of Object.values(secret)) collect(member ?? null);
    else if (Array.isArray(secret)) for (const item of secret) collect(item);
    else {
      // A secret of many lines shows one of them at a time.
      for (const line of String(secret).split('\n')) {
        const text = line.trim().replace(/^(["'])(.*)\1$/, '$2');
        if (text.length >= SHORTEST && !NO_SECRETS.has(text.toLowerCase())) found.add(text);
      }
    }
    return secret;
  };
  const kind = typeof object.kind === 'string' ? object.kind : '';
  const items =
    kind.endsWith('List') && Array.isArray(object.items) ? (object.items as readonly JsonValue[]) : undefined;
  for (const part of items ?? [object]) {
    const own = isObject(part) && typeof part.kind === 'string' ? part.kind : kind;
    hideSecrets(own, [], part, collect);
  }
  const secrets = [...found].sort((first, second) => second.length - first.length);
  FOUND.set(object, secrets);
  return secrets;
}

/** A sentence about an object, without its secrets. */
export function sentenceWithoutSecrets(object: JsonObject, text: string): string {
  return hideTokens(
    secretsOf(object).reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text),
    () => HIDDEN,
  );
}

/** For lines of the file that objects stand in: as long as they were, with stars where secrets stand. */
export function lineHider(objects: readonly JsonObject[]): (line: string) => string {
  const secrets = [...new Set(objects.flatMap(secretsOf))].sort((first, second) => second.length - first.length);
  return (line) =>
    secrets.reduce(
      (rest, secret) => (rest.includes(secret) ? rest.replaceAll(secret, stars(secret)) : rest),
      hideTokens(line, stars),
    );
}

/** A line that is in no object, since its document is broken: hidden where it, or the one before, names a secret. */
export function brokenLineWithoutSecrets(line: string, before: string): string {
  const named = [before, line].some((text) => (text.match(/[A-Za-z_][\w-]*/g) ?? []).some(isSecretName));
  return named ? withoutRest(line, Math.max(0, line.search(/[:=]/)) + 2) : hideInText(line, stars);
}
