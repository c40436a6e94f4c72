import fc from 'fast-check';

/** A YAML tree to be printed in one of the many ways in which people write it. */
export type Tree =
  | { readonly kind: 'map'; readonly entries: readonly (readonly [string, Tree])[]; readonly anchor?: string }
  | { readonly kind: 'list'; readonly items: readonly Tree[]; readonly anchor?: string }
  /** Printed as it stands. */
  | { readonly kind: 'raw'; readonly text: string }
  /** A literal block; only where a block may stand. */
  | { readonly kind: 'block'; readonly lines: readonly string[] };

export const map = (...entries: readonly (readonly [string, Tree])[]): Tree => ({ kind: 'map', entries });
export const list = (...items: readonly Tree[]): Tree => ({ kind: 'list', items });
export const raw = (text: string): Tree => ({ kind: 'raw', text });
export const block = (...lines: readonly string[]): Tree => ({ kind: 'block', lines });
export const anchored = (anchor: string, tree: Tree): Tree =>
  tree.kind === 'map' || tree.kind === 'list' ? { ...tree, anchor } : tree;

/** Draws the printer's choices; once they run out it takes the plainest way, so that shrinking leads to plain YAML. */
export class Choices {
  #next = 0;
  readonly #drawn: readonly number[];

  constructor(drawn: readonly number[]) {
    this.#drawn = drawn;
  }

  below(count: number): number {
    const drawn = this.#drawn[this.#next];
    this.#next += 1;
    return (drawn ?? 0) % count;
  }

  oneOf<T>(first: T, ...others: readonly T[]): T {
    const picked = this.below(others.length + 1);
    return picked === 0 ? first : (others[picked - 1] as T);
  }

  sometimes(): boolean {
    return this.below(5) === 4;
  }
}

const COMMENTS = [
  'replicas: 3',
  'scaled by hand 🚀 — 日本語 𝒳',
  'it\'s "quoted" {{ not a template, a comment }} --- ...',
  `long ${'x'.repeat(180)}`,
  '\u2028 separators \u2029 and a tab\t',
  '',
];

/** Prints documents with `\n`; `lineEnds` turns them into what the file uses. */
export function printDocuments(documents: readonly Tree[], choices: Choices): string {
  const parts = documents.map((document, index) => {
    const marker = index > 0 || choices.sometimes() ? `---${choices.oneOf('', ' ', ' # next', ' \t')}\n` : '';
    const directive = index === 0 && marker !== '' && choices.sometimes() ? '%YAML 1.2\n' : '';
    const ending = choices.sometimes() ? `...${choices.oneOf('', ' # end')}\n` : '';
    return `${directive}${marker}${printBlock(document, 0, choices)}${ending}`;
  });
  return `${choices.sometimes() ? '# first\n\n' : ''}${parts.join('')}`;
}

export function lineEnds(text: string, choices: Choices): string {
  const withEnds = choices.oneOf(text, text.replaceAll('\n', '\r\n'));
  const withEnd = choices.sometimes() ? withEnds.replace(/(\r?\n)+$/, '') : withEnds;
  return choices.sometimes() ? `\uFEFF${withEnd}` : withEnd;
}

function printBlock(tree: Tree, indent: number, choices: Choices): string {
  const step = choices.oneOf(2, 4, 3);
  switch (tree.kind) {
    case 'map':
      return tree.entries.map(([key, value]) => printEntry(key, value, indent, step, choices)).join('');
    case 'list':
      return tree.items.map((item) => printItem(item, indent, step, choices)).join('');
    case 'raw':
      return `${' '.repeat(indent)}${tree.text}\n`;
    case 'block':
      return `|\n${tree.lines.map((line) => `${' '.repeat(indent + step)}${line}\n`).join('')}`;
  }
}

function printEntry(key: string, value: Tree, indent: number, step: number, choices: Choices): string {
  const before = interlude(indent, choices);
  const pad = ' '.repeat(indent);
  const name = choices.oneOf(key, `"${key}"`, `'${key}'`);
  if (choices.below(12) === 11 && !holdsBlock(value)) {
    const content = printFlow(value, indent + step, choices);
    return `${before}${pad}? ${name}${remark(choices)}\n${pad}: ${anchorOf(value)}${content}${remark(choices)}\n`;
  }
  return `${before}${pad}${name}${choices.oneOf('', ' ')}:${printValue(value, indent, step, choices)}`;
}

function printItem(item: Tree, indent: number, step: number, choices: Choices): string {
  const before = interlude(indent, choices);
  const pad = ' '.repeat(indent);
  if (item.kind === 'map' && item.anchor === undefined && choices.below(3) !== 2) {
    const gap = choices.oneOf(1, 3);
    const lines = item.entries.map(([key, value]) => printEntry(key, value, indent + 1 + gap, step, choices)).join('');
    // The first entry goes on the line of its dash, unless a comment or an explicit key stands before it.
    return /^ *[\w"']/.test(lines)
      ? `${before}${pad}-${' '.repeat(gap)}${lines.trimStart()}`
      : `${before}${pad}-${remark(choices)}\n${lines}`;
  }
  return `${before}${pad}-${printValue(item, indent, step, choices)}`;
}

/** What follows a colon or a dash, to the end of the line or of the nested block. */
function printValue(value: Tree, indent: number, step: number, choices: Choices): string {
  // Parsers differ on a tab before a node's properties or a nested collection; people do not write it there.
  const isPlain = value.kind === 'raw' && /^[\w"']/.test(value.text);
  const gap = choices.oneOf(' ', '   ', isPlain ? ' \t' : '  ');
  if (value.kind === 'block') return ` ${printBlock(value, indent, choices)}`;
  if (value.kind === 'raw') {
    const nextLine = value.text !== '' && choices.below(8) === 7;
    const place = nextLine ? `${remark(choices)}\n${' '.repeat(indent + step)}` : value.text === '' ? '' : gap;
    return `${place}${value.text}${remark(choices)}\n`;
  }
  const anchor = anchorOf(value);
  const isEmpty = value.kind === 'map' ? value.entries.length === 0 : value.items.length === 0;
  if (isEmpty || (choices.sometimes() && !holdsBlock(value))) {
    return `${gap}${anchor}${printFlow(value, indent + step, choices)}${remark(choices)}\n`;
  }
  const opening = `${anchor === '' ? '' : ` ${anchor.trimEnd()}`}${remark(choices)}\n`;
  const isFlush = value.kind === 'list' && anchor === '' && choices.sometimes();
  return `${opening}${printBlock(value, isFlush ? indent : indent + step, choices)}`;
}

function printFlow(tree: Tree, indent: number, choices: Choices): string {
  if (tree.kind === 'raw') return tree.text;
  if (tree.kind === 'block') throw new Error('a block cannot stand in a flow collection');
  const pad = choices.oneOf('', ' ', `\n${' '.repeat(indent)}`);
  const separator = choices.oneOf(', ', ',  ', ` ,\n${' '.repeat(indent)}`);
  const parts =
    tree.kind === 'map'
      ? tree.entries.map(
          ([key, value]) => `${choices.oneOf(key, `"${key}"`)}: ${anchorOf(value)}${printFlow(value, indent, choices)}`,
        )
      : tree.items.map((item) => `${anchorOf(item)}${printFlow(item, indent, choices)}`);
  // A space keeps an alias or an anchor apart from what follows it.
  const content = parts.map((part) => `${part} `.replace(/ +$/, part.includes('*') ? ' ' : '')).join(separator);
  const [open, close] = tree.kind === 'map' ? ['{', '}'] : ['[', ']'];
  return `${open}${pad}${content}${pad}${choices.sometimes() && parts.length > 0 ? ',' : ''}${close}`;
}

function anchorOf(tree: Tree): string {
  return isCollection(tree) && tree.anchor !== undefined ? `&${tree.anchor} ` : '';
}

function isCollection(tree: Tree): tree is Tree & { kind: 'map' | 'list' } {
  return tree.kind === 'map' || tree.kind === 'list';
}

/** Whether a tree holds what can only stand in block style. */
function holdsBlock(tree: Tree): boolean {
  switch (tree.kind) {
    case 'map':
      return tree.entries.some(([, value]) => holdsBlock(value));
    case 'list':
      return tree.items.some(holdsBlock);
    case 'raw':
      // A brace of a placeholder would end a flow collection.
      return tree.text.startsWith('$');
    case 'block':
      return true;
  }
}

/** Trailing blanks or a comment. */
function remark(choices: Choices): string {
  switch (choices.below(6)) {
    case 4:
      return '   ';
    case 5:
      return `  # ${comment(choices)}`;
    default:
      return '';
  }
}

/** Blank lines and comments before an entry. */
function interlude(indent: number, choices: Choices): string {
  switch (choices.below(8)) {
    case 5:
      return '\n\n';
    case 6:
      return `${' '.repeat(indent)}# ${comment(choices)}\n`;
    case 7:
      return `# ${comment(choices)}\n`;
    default:
      return '';
  }
}

function comment(choices: Choices): string {
  return COMMENTS[choices.below(COMMENTS.length)] ?? '';
}

export const choiceNumbers = fc.array(fc.nat({ max: 9999 }), { maxLength: 400, size: 'max' });
