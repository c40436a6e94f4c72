import {
  type DynamoApiVersion,
  dynamoApiVersionOf,
  isObject,
  type JsonObject,
  type JsonValue,
  type OperatorVersion,
  objectAt,
  stringAt,
} from '../../api/index.ts';
import { itemsAt } from '../component.ts';
import { graphEffect, standaloneEffect } from '../migrate/proof/effect.ts';
import { graphToV1Alpha1, standaloneToV1Alpha1 } from '../migrate/proof/to-v1alpha1.ts';
import { admit } from '../schema/check.ts';
import { type DynamoKind, isDynamoKind, specSchema } from '../schema/kinds.ts';
import { object, type Schema } from '../schema/schema.ts';

/** A spec in a form that both versions of its kind can be brought to, so that only what the operator sees is compared. */
export interface CommonForm {
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
  readonly schema: Schema | undefined;
}

/** Services go by their names, as in v1alpha1; all below them is told by its content alone. */
const EFFECTS: Schema = object({ services: { type: 'map', values: object({}, { isOpen: true }) } }, { isOpen: true });

/** The common form of two objects of one kind in different versions; undefined where there is none. */
export function commonForm(before: JsonObject, after: JsonObject, operator: OperatorVersion): CommonForm | undefined {
  const { kind } = before;
  const [old, now] = [dynamoApiVersionOf(before.apiVersion), dynamoApiVersionOf(after.apiVersion)];
  if (!isDynamoKind(kind) || old === undefined || now === undefined) return undefined;
  const [first, second] = [formOf(kind, old, before, operator), formOf(kind, now, after, operator)];
  return first === undefined || second === undefined ? undefined : { before: first, after: second, schema: EFFECTS };
}

function formOf(
  kind: DynamoKind,
  version: DynamoApiVersion,
  whole: JsonObject,
  operator: OperatorVersion,
): JsonObject | undefined {
  const schema = specSchema(kind, version, operator);
  const admitted = schema === undefined ? whole.spec : admit(whole.spec ?? {}, schema, ['spec'], operator).value;
  const spec = isObject(admitted) ? admitted : {};
  const name = stringAt(whole, 'metadata', 'name') ?? '';
  switch (kind) {
    case 'DynamoGraphDeployment': {
      // v1beta1 has no claims of its own: a graph that has the operator make some loses them with the version.
      const pvcs = itemsAt(spec, 'pvcs').filter((claim) => isObject(claim) && claim.create === true);
      const effect = graphEffect(version === 'v1alpha1' ? spec : graphToV1Alpha1(spec));
      return pvcs.length === 0 ? effect : { ...effect, pvcs };
    }
    case 'DynamoComponentDeployment':
      return standaloneEffect(version === 'v1alpha1' ? spec : standaloneToV1Alpha1(spec), name);
    case 'DynamoGraphDeploymentScalingAdapter': {
      const { serviceName, componentName, ...reference } = objectAt(spec, 'dgdRef') ?? {};
      return { ...spec, dgdRef: { ...reference, service: serviceName ?? componentName } };
    }
    default:
      return undefined;
  }
}
