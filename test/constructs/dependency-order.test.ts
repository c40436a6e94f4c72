import { describe, expect, test } from '@jest/globals';
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { App, Environment } from 'dynamo-gitops/constructs';
import fc from 'fast-check';
import { dependencyOrder, isCycle } from '../../constructs/render/dependency-order.ts';

/** Objects in groups, and which object or group comes after which; every edge leads from a later one to an earlier one. */
interface Declared {
  readonly groupOf: readonly number[];
  readonly edges: readonly (readonly [from: number, to: number])[];
  readonly groupEdges: readonly (readonly [from: number, to: number])[];
}

const acyclic: fc.Arbitrary<Declared> = fc.integer({ min: 1, max: 24 }).chain((count) => {
  const edge = (limit: number) =>
    fc
      .tuple(fc.nat(Math.max(0, limit - 1)), fc.nat(Math.max(0, limit - 1)))
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => (a > b ? ([a, b] as const) : ([b, a] as const)));
  const edges = (limit: number) => (limit < 2 ? fc.constant([]) : fc.array(edge(limit), { maxLength: limit * 2 }));
  // Groups are runs of objects, so that edges between groups agree with those between objects.
  const groups = fc.array(fc.nat(3), { minLength: count, maxLength: count }).map((list) => [...list].sort());
  return fc.record({ groupOf: groups, edges: edges(count), groupEdges: edges(4) });
});

/** The objects, declared in the order that is given, or as they are numbered. */
function declare(
  { groupOf, edges, groupEdges }: Declared,
  order: readonly number[] = groupOf.map((_, index) => index),
) {
  const environment = new Environment(new App({ module: 'file:///r/apps/demo/main.ts' }), 'prod', { namespace: 'llm' });
  const groups = [0, 1, 2, 3].map((index) => new Construct(environment, `group-${index}`));
  const objects = new Map<number, ApiObject>();
  for (const index of order) {
    const scope = groups[groupOf[index] ?? 0] ?? environment;
    objects.set(index, new ApiObject(scope, `object-${index}`, { apiVersion: 'v1', kind: 'ConfigMap' }));
  }
  const objectAt = (index: number): ApiObject => objects.get(index) ?? fail(index);
  for (const [from, to] of edges) objectAt(from).addDependency(objectAt(to));
  for (const [from, to] of groupEdges) (groups[from] ?? environment).node.addDependency(groups[to] ?? environment);
  return environment;
}

function fail(index: number): never {
  throw new Error(`no object ${index}`);
}

function idsOf(environment: Environment): readonly number[] {
  const order = dependencyOrder(environment);
  if (isCycle(order)) throw new Error(`a circle: ${order.cycle.map(({ node }) => node.path).join(' → ')}`);
  return order.map(({ node }) => Number(node.id.slice('object-'.length)));
}

describe('the order of dependencies', () => {
  test('has every object once, after all that it or its group depends on', () => {
    fc.assert(
      fc.property(acyclic, (declared) => {
        const ids = idsOf(declare(declared));
        expect([...ids].sort((a, b) => a - b)).toEqual(declared.groupOf.map((_, index) => index));
        const place = new Map(ids.map((id, position) => [id, position]));
        const isAfter = (from: number, to: number): boolean => (place.get(from) ?? -1) > (place.get(to) ?? -1);
        for (const [from, to] of declared.edges) expect([from, to, isAfter(from, to)]).toEqual([from, to, true]);
        for (const [from, to] of declared.groupEdges) {
          const [later, earlier] = [from, to].map((group) => ids.filter((id) => declared.groupOf[id] === group));
          for (const one of later ?? []) for (const other of earlier ?? []) expect(isAfter(one, other)).toBe(true);
        }
      }),
    );
  });

  test('is the order of declaration where that already puts dependencies first', () => {
    fc.assert(
      fc.property(acyclic, (declared) => {
        expect(idsOf(declare(declared))).toEqual(declared.groupOf.map((_, index) => index));
      }),
    );
  });

  test('stays an order of dependencies however the objects are declared, and is the same each time', () => {
    fc.assert(
      fc.property(
        acyclic.chain((declared) =>
          fc.tuple(
            fc.constant(declared),
            fc.shuffledSubarray(
              declared.groupOf.map((_, index) => index),
              { minLength: declared.groupOf.length },
            ),
          ),
        ),
        ([declared, order]) => {
          const ids = idsOf(declare(declared, order));
          expect(idsOf(declare(declared, order))).toEqual(ids);
          const place = new Map(ids.map((id, position) => [id, position]));
          for (const [from, to] of declared.edges) expect(place.get(from)).toBeGreaterThan(place.get(to) ?? -1);
        },
      ),
    );
  });

  test('finds every circle', () => {
    fc.assert(
      fc.property(acyclic, fc.integer({ min: 2, max: 6 }), (declared, length) => {
        const environment = declare(declared);
        const ring = Array.from(
          { length },
          (_, index) => new ApiObject(environment, `ring-${index}`, { apiVersion: 'v1', kind: 'ConfigMap' }),
        );
        ring.forEach((object, index) => void object.addDependency(ring[(index + 1) % length] ?? object));
        const order = dependencyOrder(environment);
        expect(isCycle(order) && order.cycle.map(({ node }) => node.id)).toEqual(
          [...ring, ring[0]].map((object) => object?.node.id),
        );
      }),
    );
  });
});
