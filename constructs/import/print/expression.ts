import { isObject } from '../../../api/index.ts';
import { Gpu } from '../../gpu.ts';
import { Call, type Expression, type Expressions, Variable } from '../declaration.ts';
import { keyLiteral, textLiteral } from './literal.ts';

/** Longest line, as this repository's own formatter has it. */
export const LINE_WIDTH = 120;

/**
 * A value as source code: on one line where it fits behind `column` characters with `after` more to come, else an entry a
 * line, two spaces deeper than `indent`.
 */
export function printExpression(value: Expression, indent: number, column: number, after: number): string {
  const line = onOneLine(value);
  if (!line.includes('\n') && column + line.length + after <= LINE_WIDTH) return line;
  if (value instanceof Gpu || value instanceof Variable || typeof value !== 'object' || value === null) return line;
  if (value instanceof Call) {
    const head = `${value.callee}(`;
    return `${head}${printExpression(value.argument, indent, column + head.length, after + 1)})`;
  }
  const inner = indent + 2;
  const pad = ' '.repeat(inner);
  const [open, close, entries] = Array.isArray(value)
    ? ['[', ']', value.map((item: Expression) => `${pad}${printExpression(item, inner, inner, 1)},`)]
    : ['{', '}', membersOf(value).map(([key, item]) => `${pad}${member(key, item, inner)},`)];
  return entries.length === 0 ? `${open}${close}` : `${open}\n${entries.join('\n')}\n${' '.repeat(indent)}${close}`;
}

function member(key: string, value: Expression, indent: number): string {
  const name = keyLiteral(key);
  const printed = printExpression(value, indent, indent + name.length + 2, 1);
  // A text that is too long for the rest of its line goes below its name.
  const isLongText = typeof value === 'string' && !printed.includes('\n');
  if (isLongText && indent + name.length + 2 + printed.length + 1 > LINE_WIDTH) {
    return `${name}:\n${' '.repeat(indent + 2)}${printed}`;
  }
  return `${name}: ${printed}`;
}

function onOneLine(value: Expression): string {
  if (typeof value === 'string') return textLiteral(value);
  if (value instanceof Gpu) return `Gpu.count(${value.perPod})`;
  if (value instanceof Variable) return value.name;
  if (value instanceof Call) return `${value.callee}(${onOneLine(value.argument)})`;
  if (typeof value !== 'object' || value === null) return numberLiteral(value);
  if (Array.isArray(value) && isTable(value)) return BREAK;
  if (Array.isArray(value)) return `[${value.map((item: Expression) => onOneLine(item)).join(', ')}]`;
  const members = membersOf(value).map(([key, item]) => `${keyLiteral(key)}: ${onOneLine(item)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** Stands for a line break inside what must not be on one line. */
const BREAK = '\n';

/** Several records of several fields each, which formatters keep on lines of their own. */
function isTable(items: readonly Expression[]): boolean {
  return items.length > 1 && items.every((item) => isRecord(item) && membersOf(item).length > 1);
}

function isRecord(value: Expression): value is Expressions {
  return isObject(value) && !(value instanceof Gpu || value instanceof Call || value instanceof Variable);
}

/** Numbers, flags and null. */
function numberLiteral(value: number | boolean | null): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function membersOf(value: object): readonly (readonly [string, Expression])[] {
  if (!isObject(value)) return [];
  const members = Object.entries(value) as readonly (readonly [string, Expression | undefined])[];
  return members.filter((entry): entry is readonly [string, Expression] => entry[1] !== undefined);
}
