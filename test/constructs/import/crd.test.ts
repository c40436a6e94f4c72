import { describe, expect, test } from '@jest/globals';
import type { JsonObject, JsonValue } from '../../../api/json.ts';
import { checkDocuments, crdSchemas } from '../../../constructs/import/index.ts';

/** A definition with one field `spec.value` of this schema. */
function definition(value: JsonObject, more: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    spec: {
      group: 'nvidia.com',
      names: { kind: 'DynamoGraphDeployment' },
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                apiVersion: { type: 'string' },
                kind: { type: 'string' },
                metadata: { type: 'object' },
                spec: { type: 'object', properties: { value }, ...more },
              },
            },
          },
        },
        { name: 'v1', served: false, schema: { openAPIV3Schema: { type: 'object' } } },
      ],
    },
  };
}

/** What is said of `spec.value`, a line each; warnings in brackets. */
function findings(schema: JsonObject, value: JsonValue, more: JsonObject = {}): readonly string[] {
  const schemas = crdSchemas([definition(schema, more)], 'crd.json');
  if (!schemas.ok) throw new Error('no schemas');
  const object = { apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoGraphDeployment', metadata: {}, spec: { value } };
  const checked = checkDocuments([{ value: object, line: 1 }], schemas.value, 'a.yaml');
  return checked.ok
    ? checked.value.map(({ path, message }) => `(${path}: ${message})`)
    : checked.error.map(({ path, message }) => `${path}: ${message}`);
}

describe('a custom resource’s schema', () => {
  test.each<[string, JsonObject, JsonValue, readonly string[]]>([
    ['a text', { type: 'string' }, 'x', []],
    ['a number for a text', { type: 'string' }, 1, ['spec.value: must be a text (in quotes), got 1']],
    ['a text for a number', { type: 'integer' }, '1', ['spec.value: must be a whole number, got "1"']],
    ['a fraction', { type: 'integer' }, 1.5, ['spec.value: must be a whole number, got 1.5']],
    ['a number with a fraction', { type: 'number' }, 1.5, []],
    ['a text for a flag', { type: 'boolean' }, 'true', ['spec.value: must be true or false, got "true"']],
    ['a number or a text', { 'x-kubernetes-int-or-string': true }, 4, []],
    [
      'a flag for either',
      { 'x-kubernetes-int-or-string': true },
      true,
      ['spec.value: must be a whole number or a text, got true'],
    ],
    ['a map for a text', { type: 'string' }, {}, ['spec.value: must be a text, got a map']],
    ['a list for a map', { type: 'object' }, [], ['spec.value: must be a map, got a list']],
    ['a text for a list', { type: 'array' }, 'x', ['spec.value: must be a list, got "x"']],
    [
      'what is not in the list',
      { type: 'string', enum: ['a', 'b'] },
      'c',
      ['spec.value: must be one of "a", "b", got "c"'],
    ],
    ['a text that does not match', { type: 'string', pattern: '^a+$' }, 'b', ['spec.value: must match ^a+$, got "b"']],
    [
      'an expression that only Go knows',
      { type: 'string', pattern: '(?s)^[[:alpha:]]\\z' },
      '1',
      ['spec.value: must match (?s)^[[:alpha:]]\\z, got "1"'],
    ],
    ['an expression that Go does not know', { type: 'string', pattern: '(?=a)' }, 'b', []],
    [
      'an expression that others take forever for',
      { type: 'string', pattern: '^(a+)+$' },
      `${'a'.repeat(60)}!`,
      [`spec.value: must match ^(a+)+$, got "${'a'.repeat(60)}!"`],
    ],
    [
      'two items of which one relies on a default',
      {
        type: 'array',
        items: {
          type: 'object',
          properties: { port: { type: 'integer' }, protocol: { type: 'string', default: 'TCP' } },
        },
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['port', 'protocol'],
      },
      [{ port: 1 }, { port: 1, protocol: 'TCP' }],
      ['spec.value[1]: is there twice: port, protocol [1,"TCP"]'],
    ],
    [
      'a required field that has a default',
      { type: 'object', properties: { mode: { type: 'string', default: 'x' } }, required: ['mode'] },
      {},
      [],
    ],
    [
      'a text that is too short',
      { type: 'string', minLength: 2 },
      'é',
      ['spec.value: must have at least 2 characters, got "é"'],
    ],
    ['a text that is too long', { type: 'string', maxLength: 1 }, '🚀', []],
    ['a number that is too small', { type: 'integer', minimum: 2 }, 1, ['spec.value: must be at least 2, got 1']],
    [
      'a number at an open end',
      { type: 'integer', maximum: 2, exclusiveMaximum: true },
      2,
      ['spec.value: must be below 2, got 2'],
    ],
    [
      'a number beyond its format',
      { type: 'integer', format: 'int32' },
      2 ** 31,
      [`spec.value: must fit int32, got ${2 ** 31}`],
    ],
    [
      'an item of the wrong type',
      { type: 'array', items: { type: 'string' } },
      ['a', 1],
      ['spec.value[1]: must be a text (in quotes), got 1'],
    ],
    ['too many items', { type: 'array', maxItems: 1 }, [1, 2], ['spec.value: must have at most 1 items, got 2']],
    [
      'a set with a duplicate',
      { type: 'array', 'x-kubernetes-list-type': 'set' },
      ['a', 'a'],
      ['spec.value[1]: is there twice: "a"'],
    ],
    [
      'a list of maps with equal keys',
      { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] },
      [{ name: 'a' }, { name: 'b' }, { name: 'a' }],
      ['spec.value[2]: is there twice: name ["a"]'],
    ],
    [
      'an unknown field',
      { type: 'object', properties: {} },
      { x: 1 },
      ['spec.value.x: is no field of this version of the custom resource'],
    ],
    ['a field of an open map', { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, { x: 1 }, []],
    [
      'a value of a map',
      { type: 'object', additionalProperties: { type: 'string' } },
      { 'a/b': 1 },
      ['spec.value["a/b"]: must be a text (in quotes), got 1'],
    ],
    ['too few entries', { type: 'object', minProperties: 1 }, {}, ['spec.value: must have at least 1 entries, got 0']],
    ['a missing field', { type: 'object', required: ['name'] }, {}, ['spec.value.name: is required']],
    [
      'a key of every object',
      { type: 'object', properties: {} },
      { constructor: 1 },
      ['spec.value.constructor: is no field of this version of the custom resource'],
    ],
    [
      'nothing at all',
      { type: 'array', items: { type: 'string' } },
      null,
      ['(spec.value: is empty (null), which the API server drops)'],
    ],
    ['nothing where that is allowed', { type: 'string', nullable: true }, null, []],
    [
      'none of several forms',
      { anyOf: [{ type: 'string' }, { minimum: 5 }] },
      1,
      ['spec.value: must be a text (in quotes), got 1'],
    ],
    [
      'two forms of which one is wanted',
      { oneOf: [{ minimum: 1 }, { minimum: 2 }] },
      3,
      ['spec.value: fits several forms of which it may have one only'],
    ],
    ['what must not be', { type: 'integer', not: { enum: [1] } }, 1, ['spec.value: must not be 1']],
    [
      'a part of all forms',
      { type: 'integer', allOf: [{ minimum: 2 }, { maximum: 0 }] },
      1,
      ['spec.value: must be at least 2, got 1', 'spec.value: must be at most 0, got 1'],
    ],
  ])('judges %s', (_case, schema, value, expected) => {
    expect(findings(schema, value)).toEqual(expected);
  });

  test('of a version that the cluster does not serve refuses the object', () => {
    const schemas = crdSchemas([{ kind: 'CustomResourceDefinitionList', items: [definition({})] }], 'crd.json');
    if (!schemas.ok) throw new Error('no schemas');
    const value = { apiVersion: 'nvidia.com/v1', kind: 'DynamoGraphDeployment' };
    expect(checkDocuments([{ value, line: 7 }], schemas.value, 'a.yaml')).toMatchObject({
      ok: false,
      error: [
        {
          file: 'a.yaml',
          line: 7,
          message: 'the cluster does not serve DynamoGraphDeployment in nvidia.com/v1; it serves v1alpha1',
        },
      ],
    });
  });

  test('is not looked for in other objects', () => {
    const schemas = crdSchemas([{ kind: 'List', items: [definition({})] }], 'crd.json');
    if (!schemas.ok) throw new Error('no schemas');
    const value = { apiVersion: 'v1', kind: 'ConfigMap', data: 1 };
    expect(checkDocuments([{ value, line: 1 }], schemas.value, 'a.yaml')).toEqual({ ok: true, value: [] });
  });

  test('must be in the file', () => {
    expect(crdSchemas([{ kind: 'ConfigMap' }, null], 'crd.json')).toMatchObject({
      ok: false,
      error: [{ file: 'crd.json', message: 'holds no CustomResourceDefinition of apiextensions.k8s.io/v1' }],
    });
  });
});
