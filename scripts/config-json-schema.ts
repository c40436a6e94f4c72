import * as z from 'zod';
import { CONFIG_FILE, configSchema } from '../api/index.ts';
import { CONFIG_DESCRIPTIONS } from './config-descriptions.ts';

/** Where editors find the schema, in this repository and in the package. */
export const CONFIG_SCHEMA_FILE = 'docs/dynamo-gitops.schema.json';

/**
 * The config's schema as editors read it, with what each field is for. What it cannot say, such as limits between two fields,
 * only the commands check.
 */
export function configJsonSchema(): string {
  const schema = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' });
  describe(schema, '');
  return `${JSON.stringify({ title: CONFIG_FILE, ...schema }, null, 2)}\n`;
}

type Node = Readonly<Record<string, unknown>>;

/** The fields of a schema with their paths, as {@link CONFIG_DESCRIPTIONS} names them: `deployments.strategy(sla).profile`. */
function describe(node: unknown, path: string): void {
  if (!isNode(node)) return;
  if (isNode(node.properties)) {
    for (const [name, field] of Object.entries(node.properties)) {
      if (!isNode(field)) continue;
      const place = path === '' ? name : `${path}.${name}`;
      const words = descriptionOf(place);
      if (words === undefined) {
        throw new Error(`scripts/config-descriptions.ts says nothing of "${place}"; editors show it beside the field`);
      }
      Object.assign(field, { description: words });
      describe(field, place);
    }
  }
  describe(node.items, path);
  describe(node.additionalProperties, path);
  for (const branches of [node.anyOf, node.oneOf, node.allOf]) {
    if (!Array.isArray(branches)) continue;
    for (const branch of branches as readonly unknown[]) describe(branch, `${path}${kindOf(branch)}`);
  }
}

/** `(sla)` for a strategy of that kind. */
function kindOf(branch: unknown): string {
  const kind = isNode(branch) && isNode(branch.properties) ? branch.properties.kind : undefined;
  return isNode(kind) && typeof kind.const === 'string' ? `(${kind.const})` : '';
}

function descriptionOf(path: string): string | undefined {
  const fitting = Object.keys(CONFIG_DESCRIPTIONS).filter((end) => {
    const before = path.at(-end.length - 1);
    return path.endsWith(end) && (before === undefined || before === '.' || end.includes(')'));
  });
  const [longest] = fitting.sort((a, b) => b.length - a.length);
  return longest === undefined ? undefined : CONFIG_DESCRIPTIONS[longest];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
