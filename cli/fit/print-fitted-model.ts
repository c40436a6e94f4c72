import { type FittedModel, isObject } from '../../api/index.ts';

/** What fits on a line stands on one, so that a difference between two fits can be read. */
const WIDTH = 110;

/** The bytes of a fitted model's file; equal models give equal bytes. */
export function printFittedModel(model: FittedModel): string {
  return `${printed(model, '')}\n`;
}

function printed(value: unknown, indent: string): string {
  const line = JSON.stringify(value);
  if (indent.length + line.length <= WIDTH && indent !== '') return line;
  const inner = `${indent}  `;
  if (Array.isArray(value))
    return `[\n${value.map((item) => `${inner}${printed(item, inner)}`).join(',\n')}\n${indent}]`;
  if (!isObject(value)) return line;
  const members = Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${printed(item, inner)}`);
  return `{\n${members.join(',\n')}\n${indent}}`;
}
