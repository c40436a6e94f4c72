import type { DocumentPath } from '../../api/index.ts';
import { RENDER_FIRST, templateMark } from '../read/template.ts';
import { type Refusal, valueInForce, WRITE_IT } from './refusal.ts';
import type { ScalarNode } from './yaml-node.ts';

/** What a scalar stands for as a count, or why its text is not one that may be replaced digit by digit. */
export function integerOf(scalar: ScalarNode, path: DocumentPath): number | Refusal {
  const text = scalar.text;
  if (text === '' && scalar.style === 'plain' && scalar.tag === undefined)
    return { message: `has no value${valueInForce(path)}`, hint: WRITE_IT };
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}…` : text);
  const template = templateMark(text);
  if (template !== undefined) return { message: `is the template ${shown}, not a number`, hint: RENDER_FIRST };
  if (scalar.tag !== undefined) {
    const tag = scalar.tag.replace(/^tag:yaml\.org,2002:/, '!!');
    return { message: `has the tag ${tag}, so its text may not mean what it says`, hint: 'remove the tag' };
  }
  if (isTextual(path) && isPlainlyQuoted(scalar)) return Number(text);
  if (scalar.style === 'quoted') {
    return { message: `is the text ${shown} in quotes, not a number`, hint: 'remove the quotes' };
  }
  if (scalar.style === 'block') return { message: 'is a block of text, not a number' };
  if (scalar.anchor !== undefined) {
    return {
      message: `has the anchor &${scalar.anchor.name}, which may be repeated elsewhere`,
      hint: 'remove the anchor',
    };
  }
  if (/^(?:null|Null|NULL|~)$/.test(text)) {
    return { message: `is ${shown}, which is no value${valueInForce(path)}`, hint: WRITE_IT };
  }
  if (/^(?:0|[1-9][0-9]*)$/.test(text)) {
    const value = Number(text);
    return Number.isSafeInteger(value) ? value : { message: `is ${shown}, which is too large for a count` };
  }
  const spelling = SPELLINGS.find(({ pattern }) => pattern.test(text));
  return spelling === undefined
    ? { message: `is ${shown}, not a number` }
    : { message: `is ${shown}, ${spelling.reason}`, hint: spelling.hint };
}

/** Digits between quotes, each written as itself. */
function isPlainlyQuoted({ style, anchor, text, start, end }: ScalarNode): boolean {
  const isWhole = end - start === text.length + 2;
  return style === 'quoted' && anchor === undefined && isWhole && /^(?:0|[1-9][0-9]{0,8})$/.test(text);
}

/** Whether a count is a text by its schema: all metadata of a trigger of KEDA is. */
function isTextual(path: DocumentPath): boolean {
  const [metadata, field] = path.slice(-2);
  return metadata === 'metadata' && field === 'desiredReplicas' && path.at(-4) === 'triggers';
}

const PLAIN_DIGITS = 'write it in plain digits';

/** Spellings that some reader of YAML takes for a number, or for none, in the order in which they are told apart. */
const SPELLINGS: readonly { readonly pattern: RegExp; readonly reason: string; readonly hint: string }[] = [
  { pattern: /^[-+]?0x[0-9a-f_]+$/i, reason: 'a hexadecimal number', hint: PLAIN_DIGITS },
  { pattern: /^[-+]?0o[0-7_]+$/i, reason: 'an octal number', hint: PLAIN_DIGITS },
  { pattern: /^[-+]?0b[01_]+$/i, reason: 'a binary number', hint: PLAIN_DIGITS },
  { pattern: /^[-+]/, reason: 'a number with a sign', hint: PLAIN_DIGITS },
  { pattern: /^0[0-9_]+$/, reason: 'which Kubernetes reads as octal', hint: PLAIN_DIGITS },
  { pattern: /^[0-9][0-9_]*_[0-9_]*$/, reason: 'a number with underscores', hint: PLAIN_DIGITS },
  { pattern: /^[0-9.]+e[-+]?[0-9]+$/i, reason: 'a number with an exponent', hint: PLAIN_DIGITS },
  { pattern: /^[0-9]*\.[0-9]*$/, reason: 'a number with a decimal point', hint: PLAIN_DIGITS },
  { pattern: /^<.*>$/, reason: 'a placeholder', hint: 'put the number in its place' },
];
