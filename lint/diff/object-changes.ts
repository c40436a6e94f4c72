import {
  dynamoApiVersionOf,
  type JsonObject,
  type JsonValue,
  type OperatorVersion,
  objectAt,
} from '../../api/index.ts';
import { isDynamoKind, specSchema } from '../schema/kinds.ts';
import { objectMetadata } from '../schema/others.ts';
import { commonForm } from './common-form.ts';
import { type Change, compareValues } from './compare.ts';

/** Parts that the API server and controllers write, and Git does not. */
const WRITTEN_BY_SERVER: ReadonlySet<string> = new Set([
  ...['creationTimestamp', 'deletionGracePeriodSeconds', 'deletionTimestamp', 'generation', 'managedFields'],
  ...['resourceVersion', 'selfLink', 'uid'],
]);

/** Annotations that are kept by tools for themselves; Dynamo's hold what a version of its API has no field for. */
const BOOKKEEPING =
  /^(kubectl\.kubernetes\.io\/last-applied-configuration|nvidia\.com\/(dgd|dcd|dgdr)-(spec|status)|nvidia\.com\/dgd-.*|nvidia\.com\/current-worker-hash.*|nvidia\.com\/last-applied-(hash|generation))$/;

/** What an object means after a change that it did not mean before; empty for two that mean the same. */
export function objectChanges(before: JsonObject, after: JsonObject, operator: OperatorVersion): readonly Change[] {
  // A file that did not change is read once for both sides.
  if (before === after) return [];
  const kind = typeof after.kind === 'string' ? after.kind : '';
  const { apiVersion } = after;
  const isSameVersion = before.apiVersion === apiVersion;
  const common = isSameVersion ? undefined : commonForm(before, after, operator);
  const version = dynamoApiVersionOf(apiVersion);
  const isOurs = isDynamoKind(kind) && version !== undefined;
  const schema = isOurs && isSameVersion ? specSchema(kind, version, '1.5.0') : common?.schema;
  const specs = common ?? { before: before.spec, after: after.spec };
  const compared = { kind, apiVersion };
  return [
    ...compareValues(rest(before), rest(after), { ...compared, schema: undefined, path: [] }),
    ...compareValues(metadataOf(before), metadataOf(after), {
      ...compared,
      schema: isOurs ? objectMetadata : undefined,
      path: ['metadata'],
    }),
    ...compareValues(emptyIsNone(specs.before), emptyIsNone(specs.after), { ...compared, schema, path: ['spec'] }),
  ];
}

/** All but metadata, spec and status: `apiVersion`, and whatever a kind has instead of a spec. */
function rest({ metadata: _, spec: __, status: ___, ...others }: JsonObject): JsonObject {
  return others;
}

function metadataOf(object: JsonObject): JsonObject {
  const metadata = objectAt(object, 'metadata') ?? {};
  const annotations = objectAt(metadata, 'annotations');
  const own = Object.entries(metadata).filter(([name]) => !WRITTEN_BY_SERVER.has(name));
  if (annotations === undefined) return Object.fromEntries(own);
  const kept = Object.entries(annotations).filter(([name]) => !BOOKKEEPING.test(name));
  return { ...Object.fromEntries(own), annotations: Object.fromEntries(kept) };
}

function emptyIsNone(spec: JsonValue | undefined): JsonValue | undefined {
  return spec ?? {};
}
