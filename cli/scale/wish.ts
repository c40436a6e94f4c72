import { MAX_REPLICA_COUNT, type Problem, type Result, succeed } from '../../api/index.ts';

/** One `--set`: which service of which graph, and how many replicas. */
export interface Wish {
  /** Environment or namespace that tells graphs of one name apart, where one was written. */
  readonly scope: string | undefined;
  readonly graph: string;
  readonly service: string;
  readonly amount: Amount;
}

export type Amount =
  | { readonly kind: 'to'; readonly count: number }
  /** Relative to what the manifest says now. */
  | { readonly kind: 'by'; readonly difference: number };

/** As it was written, without the count: `prod/chat/decode`. */
export function wishName({ scope, graph, service }: Wish): string {
  return [...(scope === undefined ? [] : [scope]), graph, service].join('/');
}

/** Reads every `--set`; each that is not one is a problem of its own. */
export function parseWishes(texts: readonly string[]): Result<readonly Wish[]> {
  const problems: Problem[] = [];
  const wishes = new Map<string, Wish>();
  for (const text of texts) {
    const wish = parseWish(text);
    if (typeof wish === 'string') {
      problems.push({ code: 'usage', message: `--set ${JSON.stringify(text)} ${wish}`, hint: EXAMPLE });
      continue;
    }
    const name = wishName(wish);
    if (wishes.has(name)) problems.push({ code: 'usage', message: `--set names ${name} twice`, hint: 'name it once' });
    wishes.set(name, wish);
  }
  if (texts.length === 0) problems.push({ code: 'usage', message: 'no --set says what to change', hint: EXAMPLE });
  return problems.length > 0 ? { ok: false, error: problems } : succeed([...wishes.values()]);
}

const EXAMPLE = 'write it as <graph>/<service>=4, <graph>/<service>=+1 or <graph>/<service>=-1';

/** The wish, or what is wrong with its text. */
function parseWish(text: string): Wish | string {
  const equals = text.indexOf('=');
  if (equals < 0) return 'gives no count: it has no "="';
  const amount = parseAmount(text.slice(equals + 1));
  const parts = text.slice(0, equals).split('/');
  const [service, graph, scope] = parts.toReversed();
  if (parts.some((part) => part === '' || /\s/.test(part)) || service === undefined) {
    return 'has an empty name or a space before the "="';
  }
  if (graph === undefined) return `names no service: is ${JSON.stringify(service)} a graph or a service?`;
  if (parts.length > 3) return `has ${parts.length} names, and <environment>/<graph>/<service> are three`;
  return typeof amount === 'string' ? amount : { scope, graph, service, amount };
}

/** Numbers beyond need no manifest to be refused, and would lose digits. */
const MAX_DIGITS = 9;

function parseAmount(text: string): Amount | string {
  const [, sign, digits] = /^([+-]?)(\d+)$/.exec(text) ?? [];
  if (digits === undefined) {
    return text === '' ? 'gives no count after the "="' : `gives ${JSON.stringify(text)}, which is not a whole number`;
  }
  if (digits.length > MAX_DIGITS) return `gives more than ${MAX_REPLICA_COUNT} replicas`;
  const count = Number(digits);
  return sign === '' ? { kind: 'to', count } : { kind: 'by', difference: sign === '-' ? -count : count };
}
