import type { Result } from '../../../api/index.ts';
import {
  isSourcedList,
  isSourcedMap,
  plain,
  type Sourced,
  type SourcedMap,
  SourcedNumber,
  sourcedMember,
} from '../sourced.ts';

/** What a template may refer to. */
export interface TemplateContext {
  readonly values: SourcedMap;
  readonly release: string;
  readonly namespace: string;
  readonly chart: { readonly name: string; readonly version: string; readonly appVersion: string };
}

/** A template with its references replaced; numbers stand as tokens, to be told from those that the template writes. */
export interface FilledTemplate {
  readonly text: string;
  readonly numbers: ReadonlyMap<number, SourcedNumber>;
  /** Numbers that a condition looks at: more than the number changes with them. */
  readonly conditions: readonly SourcedNumber[];
}

/** First of the tokens; whole numbers that no manifest has, and that every reader of YAML reads alike. */
const FIRST_TOKEN = 7_310_000_000_000;

/**
 * Fills in the part of Helm's template language that says where a number comes from, and no more: plain references to
 * values, the release and the chart, with `int`, `default`, `quote` and `toYaml | nindent`, and conditions on a plain value.
 * @returns the first thing that is more than that, with its line.
 */
export function fillTemplate(text: string, context: TemplateContext): Result<FilledTemplate, string> {
  const filler = new Filler(text, context);
  return filler.fill();
}

class Filler {
  readonly #text: string;
  readonly #context: TemplateContext;
  readonly #numbers = new Map<number, SourcedNumber>();
  readonly #conditions: SourcedNumber[] = [];

  constructor(text: string, context: TemplateContext) {
    this.#text = text;
    this.#context = context;
  }

  fill(): Result<FilledTemplate, string> {
    const output: string[] = [];
    const blocks: { readonly isTrue: boolean; readonly isElse: boolean }[] = [];
    const isShown = (): boolean => blocks.every(({ isTrue }) => isTrue);
    let at = 0;
    let trimNext = false;
    const emit = (piece: string): void => {
      const trimmed = trimNext ? piece.trimStart() : piece;
      if (isShown()) output.push(trimmed);
    };
    for (const match of this.#text.matchAll(/\{\{(-\s)?([\s\S]*?)(\s-)?\}\}/g)) {
      const [whole, trimBefore, action = '', trimAfter] = match;
      const before = this.#text.slice(at, match.index);
      const line = this.#text.slice(0, match.index).split('\n').length;
      emit(trimBefore === undefined ? before : before.trimEnd());
      if (trimBefore !== undefined && before.trim() === '' && isShown()) trimTail(output);
      at = match.index + whole.length;
      trimNext = trimAfter !== undefined;
      const words = action.trim();
      const [word] = words.split(/\s/, 1);
      const refuse = (why: string): Result<never, string> => ({ ok: false, error: `line ${line}: ${why}` });
      const outer = blocks.at(-1);
      if (words.startsWith('/*') || words === '') continue;
      if (word === 'if') {
        const truth = this.#truth(words.slice(2).trim());
        if (truth === undefined) return refuse(`{{ ${words} }} is a condition on more than a plain value`);
        blocks.push({ isTrue: truth, isElse: false });
      } else if (words === 'else' && outer !== undefined && !outer.isElse) {
        blocks[blocks.length - 1] = { isTrue: !outer.isTrue, isElse: true };
      } else if (words === 'end' && outer !== undefined) {
        blocks.pop();
      } else if (isShown() || CONTROL.has(word ?? '')) {
        const filled = this.#filled(words, output);
        if (filled === undefined) return refuse(`{{ ${words} }} is more than a plain reference to a value`);
        output.push(filled);
      }
    }
    emit(this.#text.slice(at));
    if (blocks.length > 0) return { ok: false, error: 'a block of the template does not end' };
    return { ok: true, value: { text: output.join(''), numbers: this.#numbers, conditions: this.#conditions } };
  }

  #truth(condition: string): boolean | undefined {
    const [, not, path] = /^(not\s+)?\.Values\.([\w.]+)$/.exec(condition) ?? [];
    if (path === undefined) return undefined;
    const value = this.#value(path);
    if (value instanceof SourcedNumber) this.#conditions.push(value);
    return isTrue(value) === (not === undefined);
  }

  #filled(action: string, output: readonly string[]): string | undefined {
    const yaml = /^toYaml\s+\.Values\.([\w.]+)\s*\|\s*(nindent|indent)\s+(\d+)$/.exec(action);
    if (yaml !== null) {
      const [, path = '', how, width] = yaml;
      const value = this.#value(path);
      return `${how === 'nindent' ? '\n' : ''}${' '.repeat(Number(width))}${value === undefined ? '' : this.#json(value)}`;
    }
    if (/^include\s+"[^"]+"\s+[.$]\s*\|\s*nindent\s+\d+$/.test(action) && isUnderLabels(output)) return '';
    const [reference = '', ...pipes] = action.split('|').map((part) => part.trim());
    const start = this.#reference(reference);
    if (start === undefined) return undefined;
    let value: Sourced | undefined = start.value;
    let isQuoted = false;
    for (const pipe of pipes) {
      const fallback = /^default\s+(.+)$/.exec(pipe)?.[1];
      if (pipe === 'quote' || pipe === 'squote') isQuoted = true;
      else if (fallback !== undefined) value = isTrue(value) ? value : literal(fallback);
      else if (pipe !== 'int' && pipe !== 'int64' && pipe !== 'toString') return undefined;
      if (value === undefined && fallback !== undefined) return undefined;
    }
    if (isSourcedMap(value) || isSourcedList(value)) return undefined;
    const shown =
      value instanceof SourcedNumber ? String(this.#token(value)) : value === undefined ? '' : String(value ?? '');
    if (/[\r\n]/.test(shown)) return undefined;
    return isQuoted ? JSON.stringify(shown) : shown;
  }

  #reference(text: string): { readonly value: Sourced | undefined } | undefined {
    const path = /^(?:int\s+)?\.Values\.([\w.]+)$/.exec(text)?.[1];
    if (path !== undefined) return { value: this.#value(path) };
    const [, fallback, of] = /^default\s+(\S+)\s+\.Values\.([\w.]+)$/.exec(text) ?? [];
    if (fallback !== undefined && of !== undefined) {
      const value = this.#value(of);
      return { value: isTrue(value) ? value : literal(fallback) };
    }
    const { release, namespace, chart } = this.#context;
    switch (text) {
      case '.Release.Name':
        return { value: release };
      case '.Release.Namespace':
        return { value: namespace };
      case '.Release.Service':
        return { value: 'Helm' };
      case '.Chart.Name':
        return { value: chart.name };
      case '.Chart.Version':
        return { value: chart.version };
      case '.Chart.AppVersion':
        return { value: chart.appVersion };
      default:
        return undefined;
    }
  }

  #value(path: string): Sourced | undefined {
    return path
      .split('.')
      .reduce<Sourced | undefined>((current, key) => sourcedMember(current, key), this.#context.values);
  }

  #token(number: SourcedNumber): number {
    const token = FIRST_TOKEN + this.#numbers.size;
    this.#numbers.set(token, number);
    return token;
  }

  /** JSON is YAML, and needs no indentation. */
  #json(value: Sourced): string {
    if (value instanceof SourcedNumber) return String(this.#token(value));
    if (isSourcedList(value)) return `[${value.map((item) => this.#json(item)).join(', ')}]`;
    if (isSourcedMap(value)) {
      const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${this.#json(item ?? null)}`);
      return `{${members.join(', ')}}`;
    }
    return JSON.stringify(plain(value));
  }
}

/** They change what is around them, so they count where nothing is shown, too. */
const CONTROL: ReadonlySet<string> = new Set(['range', 'with', 'define', 'block', 'template', 'else', 'end', 'break']);

/** What Go's templates take for true. */
function isTrue(value: Sourced | undefined): boolean {
  if (value instanceof SourcedNumber) return value.value !== 0;
  if (isSourcedList(value)) return value.length > 0;
  if (isSourcedMap(value)) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== false && value !== '';
}

/** A default that the template writes itself: a number there is the template's, and no edit of values. */
function literal(text: string): Sourced | undefined {
  if (/^"[^"\\]*"$/.test(text)) return text.slice(1, -1);
  if (text === 'true' || text === 'false') return text === 'true';
  return /^\d{1,9}$/.test(text) ? text : undefined;
}

/** Labels and annotations hold no number that is planned. */
function isUnderLabels(output: readonly string[]): boolean {
  const lines = output.join('').trimEnd().split('\n');
  return /^\s*(?:labels|annotations|matchLabels|selector):$/.test(lines.at(-1) ?? '');
}

function trimTail(output: string[]): void {
  while (output.length > 0) {
    const last = output.pop() ?? '';
    const trimmed = last.trimEnd();
    if (trimmed !== '') {
      output.push(trimmed);
      return;
    }
  }
}
