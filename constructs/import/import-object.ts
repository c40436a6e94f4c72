import type { JsonObject } from '../../api/index.ts';
import { ApiObject, CdkApp, Chart } from '../cdk8s.ts';
import type { PatchOperation } from '../graph/hatch/json-patch.ts';
import { difference } from './difference.ts';
import type { SourceObject } from './document.ts';

/** An object that is no graph, as a plain object of cdk8s. */
export interface ImportedObject {
  readonly props: JsonObject;
  /** What cdk8s would lose, such as an explicit null. */
  readonly patches: readonly PatchOperation[];
}

export function importObject({ value, apiVersion, kind }: SourceObject): ImportedObject {
  const { metadata, ...rest } = value;
  const props: JsonObject = { apiVersion, kind, metadata, ...rest };
  const chart = new Chart(new CdkApp(), 'import', { disableResourceNameHashes: true });
  // cdk8s removes what it has read from the properties that it is given.
  const rendered = new ApiObject(chart, 'object', {
    ...structuredClone(props),
    apiVersion,
    kind,
  }).toJson() as JsonObject;
  return { props, patches: difference(rendered, value, 'index') };
}
