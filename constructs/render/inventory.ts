import * as z from 'zod';
import {
  dnsLabel,
  type Problem,
  parseJsonDocument,
  type Result,
  repositoryPath,
  SCHEMA_VERSION,
  schemaVersion,
} from '../../api/index.ts';

/** Name of the inventory, in the output folder. */
export const INVENTORY_FILE = '.dynamo-gitops.json';

/** The files that synthesis wrote, by app: what it may replace and remove. Everything else in the folder is not its own. */
const inventorySchema = z.strictObject({ schemaVersion, apps: z.record(dnsLabel, z.array(repositoryPath)) });

export type Inventory = ReadonlyMap<string, readonly string[]>;

export function parseInventory(text: string, shown: string): Result<Inventory> {
  const parsed = parseJsonDocument(inventorySchema, text, shown);
  if (parsed.ok) return { ok: true, value: new Map(Object.entries(parsed.value.apps)) };
  const hint = 'restore it from git, or delete it: synth then takes over only files that are as it would write them';
  return { ok: false, error: parsed.error.map((problem): Problem => ({ ...problem, hint })) };
}

/** Sorted, one path a line, so that it is the same for the same files and merges well. */
export function formatInventory(inventory: Inventory): string {
  const apps = Object.fromEntries(
    [...inventory]
      .filter(([, paths]) => paths.length > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([app, paths]) => [app, [...paths].sort()]),
  );
  return `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, apps }, null, 2)}\n`;
}
