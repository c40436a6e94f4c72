import type { Expression } from '../declaration.ts';
import { LINE_WIDTH, printExpression } from './expression.ts';

/** A call as a statement: on one line where it fits, else with its last argument opened, as formatters do. */
export function printCall(callee: string, args: readonly Expression[], scope?: string): string {
  const all = [...(scope === undefined ? [] : [scope]), ...args.slice(0, -1).map((arg) => printed(arg))];
  const last = args.at(-1);
  const head = `${callee}(${all.map((arg) => `${arg}, `).join('')}`;
  if (last === undefined) return `${callee}(${scope ?? ''});`;
  const text = printExpression(last, 0, head.length, 2);
  const isOpening = typeof last === 'object' && last !== null;
  if (isOpening || head.length + text.length + 2 <= LINE_WIDTH) return `${head}${text});`;
  const lines = [...(scope === undefined ? [] : [scope]), ...args.map((arg) => printExpression(arg, 2, 2, 1))];
  return `${callee}(\n${lines.map((line) => `  ${line},\n`).join('')});`;
}

/** A call whose arguments are alike, such as operations of a patch: an argument a line where one line is too short. */
export function printCallOfMany(callee: string, args: readonly Expression[]): string {
  if (args.length === 1) return printCall(callee, args);
  const line = `${callee}(${args.map(printed).join(', ')});`;
  if (!line.includes('\n') && line.length <= LINE_WIDTH) return line;
  return `${callee}(\n${args.map((arg) => `  ${printExpression(arg, 2, 2, 1)},\n`).join('')});`;
}

function printed(value: Expression): string {
  return printExpression(value, 0, 0, 0);
}
