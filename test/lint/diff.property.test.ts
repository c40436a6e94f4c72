import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isObject, type JsonObject, type JsonValue, objectAt } from '../../api/index.ts';
import { diffManifests } from '../../lint/diff/index.ts';
import { admit } from '../../lint/schema/check.ts';
import { specSchema } from '../../lint/schema/kinds.ts';
import { ALL, ALPHA, BETA, diffOf, fileOf, OPTIONS } from './diff-fixture.ts';

type Step = string | number;

/** Every scalar of a value, by where it stands. */
function leaves(value: JsonValue | undefined, path: readonly Step[] = []): readonly (readonly Step[])[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leaves(item, [...path, index]));
  if (isObject(value)) return Object.entries(value).flatMap(([key, member]) => leaves(member, [...path, key]));
  return [path];
}

function edited(value: JsonValue, [step, ...rest]: readonly Step[], edit: (leaf: JsonValue) => JsonValue): JsonValue {
  if (step === undefined) return edit(value);
  if (Array.isArray(value)) {
    return value.map((item: JsonValue, index) => (index === step ? edited(item, rest, edit) : item));
  }
  if (!isObject(value)) throw new Error('no such place');
  const member = value[step] ?? null;
  return { ...value, [step]: edited(member, rest, edit) };
}

function other(leaf: JsonValue): JsonValue {
  if (typeof leaf === 'number') return leaf + 1;
  return typeof leaf === 'boolean' ? !leaf : `${String(leaf)}x`;
}

/** The same value with the keys of every map in another order. */
function reordered(value: JsonValue, order: readonly number[]): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => reordered(item, order));
  if (!isObject(value)) return value;
  const keys = Object.keys(value)
    .map((key, index) => ({ key, rank: order[(index + key.length) % order.length] ?? 0 }))
    .sort((first, second) => first.rank - second.rank)
    .map(({ key }) => key);
  return Object.fromEntries(keys.map((key) => [key, reordered(value[key] ?? null, order)]));
}

const anyObject = fc.constantFrom(...ALL);

describe('diff, whatever the manifests', () => {
  test('finds nothing between a file and itself, and nothing after the keys of maps have changed places', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 9 }), (order) => {
        const shuffled = ALL.map((object) => reordered(object, order)).filter((object) => isObject(object));
        const objects = [...shuffled].sort((first, second) => String(first.kind).localeCompare(String(second.kind)));
        expect(diffOf(ALL, objects)).toEqual({ objects: [], gpus: [], unchanged: ALL.length });
      }),
      { numRuns: 40 },
    );
  });

  test('finds nothing after named items have changed places', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), (components, containers) => {
        const turned = (list: JsonValue | undefined, isTurned: boolean) =>
          Array.isArray(list) && isTurned ? [...list].reverse() : (list ?? null);
        const spec = objectAt(BETA, 'spec') ?? {};
        const items = (turned(spec.components, components) as readonly JsonObject[]).map((component) => {
          const podSpec = objectAt(component, 'podTemplate', 'spec') ?? {};
          const list = turned(podSpec.containers, containers) as readonly JsonObject[];
          const envs = list.map((one) => (one.env === undefined ? one : { ...one, env: turned(one.env, containers) }));
          return {
            ...component,
            podTemplate: { ...objectAt(component, 'podTemplate'), spec: { ...podSpec, containers: envs } },
          };
        });
        expect(diffOf([BETA], [{ ...BETA, spec: { ...spec, components: items } }]).objects).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test('finds nothing after the defaults of the definitions have been written out', () => {
    for (const [graph, version] of [
      [ALPHA, 'v1alpha1'],
      [BETA, 'v1beta1'],
    ] as const) {
      const schema = specSchema('DynamoGraphDeployment', version, '1.4.0');
      if (schema === undefined) throw new Error('no schema');
      const written = admit(graph.spec ?? {}, schema, ['spec'], '1.4.0').value;
      expect(JSON.stringify(written)).not.toBe(JSON.stringify(graph.spec));
      expect(diffOf([graph], [{ ...graph, spec: written }]).objects).toEqual([]);
      expect(diffOf([{ ...graph, spec: written }], [graph]).objects).toEqual([]);
    }
  });

  test('finds every edit of a single value, in the object that it was made in', () => {
    const places = ALL.flatMap((object, index) => leaves(object).map((path) => ({ index, path })));
    fc.assert(
      fc.property(fc.constantFrom(...places), ({ index, path }) => {
        const before = ALL[index] ?? {};
        const after = edited(before, path, other);
        if (!isObject(after)) throw new Error('no object');
        const { objects } = diffOf([before], [after]);
        expect(objects.length).toBeGreaterThan(0);
        const isIdentity =
          path[0] === 'kind' || path[0] === 'apiVersion' || ['name', 'namespace'].includes(String(path[1]));
        if (isIdentity) return;
        expect(objects.map(({ change }) => change)).toEqual(['changed']);
        expect(objects[0]?.change === 'changed' && objects[0].fields.length).toBeGreaterThan(0);
      }),
      { numRuns: 250 },
    );
  });

  test('finds in one direction what it finds in the other', () => {
    const places = leaves(ALPHA).filter((path) => path[0] === 'spec');
    fc.assert(
      fc.property(fc.subarray([...places], { maxLength: 5 }), (paths) => {
        const after = paths.reduce<JsonValue>((value, path) => edited(value, path, other), ALPHA);
        if (!isObject(after)) throw new Error('no object');
        const fields = (first: JsonObject, second: JsonObject) =>
          diffOf([first], [second]).objects.flatMap((one) => (one.change === 'changed' ? one.fields : []));
        const forth = fields(ALPHA, after).map(({ path, before, after: now }) => [path, before, now]);
        const back = fields(after, ALPHA).map(({ path, before, after: now }) => [path, now, before]);
        const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).sort();
        expect(sorted(back)).toEqual(sorted(forth));
      }),
      { numRuns: 40 },
    );
  });

  test('matches objects of one name in two environments by their files', () => {
    fc.assert(
      fc.property(anyObject, fc.constantFrom('staging', 'prod'), (object, environment) => {
        const both = ['staging', 'prod'].map((name) => fileOf([object], `dist/${name}/a.yaml`));
        const changed = fileOf(
          [{ ...object, metadata: { ...objectAt(object, 'metadata'), labels: { x: 'y' } } }],
          `dist/${environment}/a.yaml`,
        );
        const after = both.map((file) => (file.file === changed.file ? changed : file));
        const { objects, unchanged } = diffManifests(both, after, OPTIONS);
        expect(objects.map(({ file, change }) => [file, change])).toEqual([[changed.file, 'changed']]);
        expect(unchanged).toBe(1);
      }),
      { numRuns: 40 },
    );
  });
});
