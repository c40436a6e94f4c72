import * as z from 'zod';
import { CONFIG_FILE, configSchema } from '../api/index.ts';

/** Where editors find the schema, in this repository and in the package. */
export const CONFIG_SCHEMA_FILE = 'docs/dynamo-gitops.schema.json';

/** The config's schema as editors read it. What it cannot say, such as limits between two fields, only the commands check. */
export function configJsonSchema(): string {
  const schema = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ title: CONFIG_FILE, ...schema }, null, 2)}\n`;
}
