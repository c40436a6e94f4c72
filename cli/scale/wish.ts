import { type Problem, type Result, succeed } from '../../api/index.ts';

/** One `--set`: which service of which graph, and how many replicas. */
export interface Wish {
  readonly graph: string;
  readonly service: string;
  readonly amount: Amount;
}

export type Amount =
  | { readonly kind: 'to'; readonly count: number }
  /** Relative to what the manifest says now. */
  | { readonly kind: 'by'; readonly difference: number };

const WISH = /^([^/=\s]+)\/([^/=\s]+)=([+-]?)(\d{1,9})$/;

/** Reads every `--set`; each that is not one is a problem of its own. */
export function parseWishes(texts: readonly string[]): Result<readonly Wish[]> {
  const problems: Problem[] = [];
  const wishes = new Map<string, Wish>();
  for (const text of texts) {
    const [, graph, service, sign, digits] = WISH.exec(text) ?? [];
    if (graph === undefined || service === undefined || digits === undefined) {
      problems.push({
        code: 'usage',
        message: `--set ${JSON.stringify(text)} does not say which count`,
        hint: EXAMPLE,
      });
      continue;
    }
    const name = `${graph}/${service}`;
    if (wishes.has(name)) problems.push({ code: 'usage', message: `--set names ${name} twice`, hint: 'name it once' });
    const count = Number(digits);
    const amount: Amount =
      sign === '' ? { kind: 'to', count } : { kind: 'by', difference: sign === '-' ? -count : count };
    wishes.set(name, { graph, service, amount });
  }
  if (texts.length === 0) problems.push({ code: 'usage', message: 'no --set says what to change', hint: EXAMPLE });
  return problems.length > 0 ? { ok: false, error: problems } : succeed([...wishes.values()]);
}

const EXAMPLE = 'write it as graph/service=4, graph/service=+1 or graph/service=-1';
