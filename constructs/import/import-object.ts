import type { JsonObject } from '../../api/index.ts';
import { ApiObject, CdkApp, Chart } from '../cdk8s.ts';
import type { PatchOperation } from '../graph/hatch/json-patch.ts';
import { difference } from './difference.ts';
import type { SourceObject } from './document.ts';
import { type Fits, flag, listOf, record, text } from './fits.ts';
import { openFields, pickObject } from './pick.ts';
import { strings } from './pod-shapes.ts';

/** An object that is no graph, as a plain object of cdk8s. */
export interface ImportedObject {
  readonly props: JsonObject;
  /** What cdk8s would lose, such as an explicit null, or its types do not take. */
  readonly patches: readonly PatchOperation[];
}

/** Fields of `metadata` that the type of cdk8s names. */
const METADATA_FIELDS: { readonly [field: string]: Fits } = {
  name: text,
  namespace: text,
  labels: strings,
  annotations: strings,
  finalizers: listOf(text),
  ownerReferences: listOf(
    record({ apiVersion: text, kind: text, name: text, uid: text }, { blockOwnerDeletion: flag, controller: flag }),
  ),
};

export function importObject({ value, apiVersion, kind }: SourceObject): ImportedObject {
  const { metadata: _, ...rest } = value;
  const metadata = openFields(pickObject(value, 'metadata'), METADATA_FIELDS, []);
  const props: JsonObject = { apiVersion, kind, ...(metadata === undefined ? {} : { metadata }), ...rest };
  const chart = new Chart(new CdkApp(), 'import', { disableResourceNameHashes: true });
  // cdk8s removes what it has read from the properties that it is given.
  const rendered = new ApiObject(chart, 'object', {
    ...structuredClone(props),
    apiVersion,
    kind,
  }).toJson() as JsonObject;
  return { props, patches: difference(rendered, value, 'index') };
}
