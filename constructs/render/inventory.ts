import { isRepositoryPath } from '../../api/documents/limits.ts';
import { SCHEMA_VERSION } from '../../api/documents/schema-version.ts';
import { isObject } from '../../api/json.ts';
import { isDnsLabel } from '../../api/names.ts';
import type { Problem } from '../../api/problem.ts';
import { fail, type Result, succeed } from '../../api/result.ts';

/** Name of the inventory, in the output folder. */
export const INVENTORY_FILE = '.dynamo-gitops.json';

/** The files that synthesis wrote, by app: what it may replace and remove. Everything else in the folder is not its own. */
export type Inventory = ReadonlyMap<string, readonly string[]>;

/** Reads an inventory; what could lead out of the folder is refused. Without a schema, which takes longer to load than an inventory to read. */
export function parseInventory(text: string, shown: string): Result<Inventory> {
  const problem = (code: Problem['code'], message: string, path?: string): Result<never> => {
    const hint = 'restore it from git, or delete it: synth then takes over only files that are as it would write them';
    return fail({ code, file: shown, ...(path === undefined ? {} : { path }), message, hint });
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return problem('syntax', `is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (!isObject(value) || !isObject(value.apps)) return problem('schema', 'must be an object with "apps"');
  if (value.schemaVersion !== SCHEMA_VERSION) return problem('schema', `must be ${SCHEMA_VERSION}`, 'schemaVersion');
  const inventory = new Map<string, readonly string[]>();
  for (const [app, paths] of Object.entries(value.apps)) {
    if (!isDnsLabel(app)) return problem('schema', 'must be a lower-case DNS label', `apps.${app}`);
    if (!isPaths(paths)) {
      return problem('schema', 'must be a list of paths inside the folder, without ".." steps', `apps.${app}`);
    }
    inventory.set(app, paths);
  }
  return succeed(inventory);
}

function isPaths(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((path) => typeof path === 'string' && isRepositoryPath(path));
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
