import { CONFIG_FILE, fail, type Problem, type Result, succeed } from '../../api/index.ts';
import type { SelectedGraph } from './select-graphs.ts';

/** A configured graph whose place is known. */
export interface PlaceableGraph extends SelectedGraph {
  readonly deployment: NonNullable<SelectedGraph['deployment']>;
  readonly namespace: string;
  readonly environment: string;
}

export interface Place {
  readonly namespace: string;
  readonly environment: string;
}

/** One text for a graph's place, to look it up by. */
export function placeKey({ name, namespace, environment }: Place & { readonly name: string }): string {
  return `${environment}/${namespace}/${name}`;
}

/**
 * A graph's namespace and environment, from the manifest or from the config.
 * @returns a problem for each that neither says, with the field of the config that may say it.
 */
export function placeOf({ name, namespace, environment, configPath }: SelectedGraph): Result<Place> {
  if (namespace !== undefined && environment !== undefined) return succeed({ namespace, environment });
  const missing = (field: 'namespace' | 'environment', example: string): Problem => ({
    code: 'schema',
    file: CONFIG_FILE,
    path: `${configPath}.${field}`,
    message: `is not set, and the manifest of "${name}" does not say its ${field} either`,
    hint: `such as ${field}: ${example}`,
  });
  return fail(
    ...(namespace === undefined ? [missing('namespace', 'inference')] : []),
    ...(environment === undefined ? [missing('environment', 'prod')] : []),
  );
}
