import { isMap, isScalar, type Node, type Pair, Scalar, type YAMLMap } from 'yaml';
import { componentPairs } from './component.ts';
import { type Conversion, copyComments, Fields, keyOf, listOf, mapOf, pair } from './fields.ts';

/** The spec of a v1beta1 graph from the one of a v1alpha1 graph, with what its author wrote beside the fields. */
export function graphSpec(spec: YAMLMap, conversion: Conversion): YAMLMap {
  const fields = new Fields(spec, 'spec', conversion);
  dropClaims(fields);
  const pairs = spec.items.flatMap((written): readonly Pair[] => {
    const name = keyOf(written);
    switch (name) {
      case 'envs':
        return fields.carry('envs', 'env');
      case 'topologyConstraint':
        return topologyConstraint(fields);
      case 'services':
        return components(fields);
      default:
        return fields.carry(name);
    }
  });
  return mapOf(pairs, spec);
}

function topologyConstraint(fields: Fields): readonly Pair[] {
  const written = fields.take('topologyConstraint');
  if (written === undefined || !isMap(written.value)) return [];
  const below = new Fields(written.value, 'spec.topologyConstraint', fields.conversion);
  written.value = mapOf(
    [...below.carry('topologyProfile', 'clusterTopologyName'), ...below.carryRest()],
    written.value,
  );
  return [written];
}

/** v1beta1 lists claims nowhere; one that exists already is only looked for, and its mounts name it themselves. */
function dropClaims(fields: Fields): void {
  const written = fields.has('pvcs');
  if (!written) return;
  const claims = new Fields(fields.map, 'spec', fields.conversion).items('pvcs');
  const made = claims.filter((claim) => isMap(claim) && claim.get('create') === true);
  for (const claim of made) {
    const name = isMap(claim) ? String(claim.get('name')) : '';
    fields.refuse(
      'pvcs',
      `the claim "${name}" is made by the operator, and v1beta1 has no place for that`,
      'write a PersistentVolumeClaim of its own for it, take it over (the operator deletes its own with the graph), and set create: false',
    );
  }
  fields.drop(
    'pvcs',
    'is left out: v1beta1 lists no claims, and each mount names its own',
    'a claim that is missing no longer fails the graph at once; its pods wait for it',
  );
}

function components(fields: Fields): readonly Pair[] {
  const written = fields.take('services');
  if (written === undefined || !isMap(written.value)) return [];
  const services = written.value;
  const items = services.items.flatMap((service): readonly Node[] => {
    if (!isMap(service.value)) return [];
    const name = keyOf(service);
    const body = new Fields(service.value, `spec.services.${name}`, fields.conversion);
    const item = mapOf([pair('name', nameScalar(service.key)), ...componentPairs(body)], undefined);
    item.comment = service.value.comment ?? null;
    if (isScalar(service.key)) copyComments(service.key, item);
    const inside = service.value.commentBefore;
    if (inside !== undefined && inside !== null)
      item.commentBefore = [item.commentBefore, inside].filter(Boolean).join('\n');
    return [item];
  });
  const list = listOf(items);
  if (services.commentBefore !== undefined && services.commentBefore !== null)
    list.commentBefore = services.commentBefore;
  list.comment = services.comment ?? null;
  const moved = pair('components', list);
  if (isScalar(written.key) && isScalar(moved.key)) copyComments(written.key, moved.key);
  return [moved];
}

/** Words that some reader of YAML takes for no text; a key is text wherever it stands, a value is not. */
const AMBIGUOUS = /^(y|n|yes|no|on|off|true|false|null|~|[-+.]?\d.*)$/i;

function nameScalar(key: unknown): Scalar {
  const name = isScalar(key) ? String(key.value) : '';
  const scalar = new Scalar(name);
  if (AMBIGUOUS.test(name)) scalar.type = Scalar.QUOTE_DOUBLE;
  else if (isScalar(key) && key.type !== undefined && key.type !== null) scalar.type = key.type;
  return scalar;
}
