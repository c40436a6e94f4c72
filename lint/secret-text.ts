/** What stands for a value that nobody should read in a log or a comment. */
export const HIDDEN = '(hidden)';

interface TokenForm {
  readonly prefix: string;
  readonly characters: string;
  /** How many follow the prefix at least, so that it is a token and no word that begins alike. */
  readonly length: number;
}

/** Tokens that tell by their form who issued them: Hugging Face, NVIDIA, GitHub, GitLab, OpenAI, AWS, Google, Slack. */
const FORMS: readonly TokenForm[] = [
  { prefix: 'hf_', characters: 'A-Za-z0-9', length: 16 },
  { prefix: 'nvapi-', characters: '\\w-', length: 20 },
  { prefix: 'gh[opsur]_', characters: 'A-Za-z0-9', length: 30 },
  { prefix: 'github_pat_', characters: '\\w', length: 30 },
  { prefix: 'glpat-', characters: '\\w-', length: 18 },
  { prefix: 'sk-', characters: '\\w-', length: 20 },
  { prefix: 'AKIA', characters: 'A-Z0-9', length: 16 },
  { prefix: 'AIza', characters: '\\w-', length: 30 },
  { prefix: 'xox[abprs]-', characters: 'A-Za-z0-9-', length: 10 },
];
/** Shorter ones are no finding, and hidden all the same: who tries a thing out may have cut it. */
const SHORTEST = 8;

const CERTAIN = new RegExp(tokenPattern(({ length }) => length));
const POSSIBLE = new RegExp(`${tokenPattern(() => SHORTEST)}|\\beyJ[\\w-]{10,400}\\.[\\w-]{5,4000}\\.[\\w-]*`, 'g');

function tokenPattern(lengthOf: (form: TokenForm) => number): string {
  const forms = FORMS.map((form) => `${form.prefix}[${form.characters}]{${lengthOf(form)},}`);
  return `(?<![A-Za-z0-9])(?:${forms.join('|')})`;
}

export function holdsToken(text: string): boolean {
  return CERTAIN.test(text);
}

/** Values that are assigned to a secret's name in a text, those after such a flag, and passwords of addresses. */
const ASSIGNED = /(?<=^|[^\w-])(-{0,2}[A-Za-z_][\w-]*)("? ?[=:] ?)("[^"]*"|'[^']*'|[^\s"'&;|]+)/g;
const FLAG = /(?<=^|\s)(--?[A-Za-z][\w-]*)(\s+)("[^"]*"|'[^']*'|[^\s"'&;|-][^\s"'&;|]*)/g;
const USER_INFO = /(:\/\/)([^\s/:@]+:[^\s/@]+)(?=@)/g;

/** What every assignment, flag, address and token has in it; most text has nothing of it. */
const MAY_HOLD_ONE = /[=:]|\s-|hf_|nvapi-|gh[opsur]_|github_|glpat-|sk-|AKIA|AIza|xox|eyJ/;

/** A text with its secrets replaced. */
export function hideInText(text: string, replacement: (secret: string) => string = () => HIDDEN): string {
  if (!MAY_HOLD_ONE.test(text)) return text;
  const hideValue = (all: string, name: string, sign: string, value: string): string =>
    isSecretName(name) && !value.startsWith('$') ? `${name}${sign}${replacement(value)}` : all;
  return hideTokens(text, replacement)
    .replace(USER_INFO, (_, start: string, secret: string) => `${start}${replacement(secret)}`)
    .replace(ASSIGNED, hideValue)
    .replace(FLAG, hideValue);
}

/** A text with its tokens replaced, wherever they stand. */
export function hideTokens(text: string, replacement: (secret: string) => string): string {
  return text.replace(POSSIBLE, replacement);
}

/** A line that a secret starts in, at this column from 1, with all that follows hidden. */
export function withoutRest(line: string, column: number): string {
  return line.slice(0, column - 1) + stars(line.slice(column - 1));
}

/** As long as it was. */
export function stars(text: string): string {
  return text.replace(/\S/g, '*');
}

/** Names that programs give to secrets: HF_TOKEN, NGC_API_KEY, `--password`; not MAX_TOKENS, TOKENIZER or MAX_TOKEN_LENGTH. */
export function isSecretName(name: unknown): boolean {
  if (typeof name !== 'string') return false;
  const known = KNOWN_NAMES.get(name);
  if (known !== undefined) return known;
  const isSecret = isMadeOfSecretWords(name);
  if (KNOWN_NAMES.size < MAX_KNOWN_NAMES && name.length < 100) KNOWN_NAMES.set(name, isSecret);
  return isSecret;
}

/** Manifests have few names, and each of them many times. */
const KNOWN_NAMES = new Map<string, boolean>();
const MAX_KNOWN_NAMES = 10_000;

function isMadeOfSecretWords(name: string): boolean {
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
