import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type JsonObject, OPERATOR_VERSIONS } from '../../api/index.ts';
import {
  FILE_RULES,
  FLEET_RULES,
  fleetFindings,
  formatFieldPath,
  lintObject,
  otherRules,
  RULES,
  VERSION_NOT_SERVED,
} from '../../lint/index.ts';
import { ruleCatalogue, withFixTable } from '../../scripts/lint-rule-catalogue.ts';
import { ruleExample } from '../../scripts/lint-rule-examples.ts';
import { JUNK, replaced } from './broken-object.ts';
import type { RuleCase } from './cases/case.ts';
import { FLEET_CASES, RULE_CASES } from './cases/index.ts';
import { objectsOf } from './fleet-objects.ts';

const ALL = [...RULES, ...otherRules];
const named = (cases: readonly RuleCase[]) => cases.map((one, index) => [`${one.rule} (${index + 1})`, one] as const);

describe('every rule', () => {
  test('has an object that it refuses and one that it lets pass', () => {
    const lacking = ALL.filter(({ id }) => {
      const own = RULE_CASES.filter(({ rule }) => rule === id);
      return !own.some(({ path }) => path === undefined) || !own.some(({ path }) => path !== undefined);
    });
    expect(lacking.map(({ id }) => id)).toEqual([]);
  });

  test('is the only one of its name, and each case is of a rule', () => {
    const ids = ALL.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(RULE_CASES.filter(({ rule }) => !ids.includes(rule))).toEqual([]);
  });

  test.each(named(RULE_CASES.filter(({ path }) => path !== undefined)))('refuses at its place: %s', (_, one) => {
    const found = pathsOf(one);
    expect(found).toContain(one.path);
  });

  test.each(named(RULE_CASES.filter(({ path }) => path === undefined)))('lets pass: %s', (_, one) => {
    expect(pathsOf(one)).toEqual([]);
  });

  test('says what would happen and what to do, each in one line', () => {
    const texts = RULE_CASES.flatMap(({ object, old, operator, cluster }) =>
      lintObject({ object, old, operator, cluster }).flatMap(({ message, help }) => [message, help]),
    );
    expect(texts.filter((text) => text === '' || /\n|undefined|\[object/.test(text))).toEqual([]);
  });
});

describe('an object that is nothing like what it should be', () => {
  test('is found fault with or let pass, and never a surprise', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...RULE_CASES),
        fc.constantFrom(...OPERATOR_VERSIONS),
        fc.array(fc.tuple(fc.nat(), JUNK), { maxLength: 4 }),
        fc.boolean(),
        ({ object, old, cluster }, operator, changes, changesOld) => {
          const change = (from: JsonObject) => changes.reduce((now, [at, value]) => replaced(now, at, value), from);
          const before = old === undefined ? undefined : changesOld ? change(old) : old;
          for (const { path, message } of lintObject({ object: change(object), old: before, operator, cluster })) {
            expect(formatFieldPath(path)).not.toBe('');
            expect(message).not.toMatch(/undefined|\[object/);
          }
        },
      ),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 500) },
    );
  });
});

test.each([
  ['DynamoGraphDeployment', '1.2.0', ['0.9.0', '1.0.0', '1.1.0']],
  ['DynamoGraphDeploymentRequest', '1.0.0', ['0.9.0']],
] as const)('v1beta1 of %s is served from %s on', (kind, _, unserved) => {
  const spec: JsonObject = kind === 'DynamoGraphDeployment' ? { components: [] } : { model: 'Qwen/Qwen3-0.6B' };
  const object = { apiVersion: 'nvidia.com/v1beta1', kind, metadata: { name: 'one' }, spec };
  const refusing = OPERATOR_VERSIONS.filter((operator) =>
    lintObject({ object, operator }).some(({ rule }) => rule === 'version-not-served'),
  );
  expect(refusing).toEqual(unserved);
});

test('The catalogue of the documentation is what the rules say', () => {
  const page = readFileSync(new URL('../../docs/lint-rules.md', import.meta.url), 'utf8');
  expect(page).toBe(ruleCatalogue());
});

test('The guide says of every rule what --fix edits, and of no other', () => {
  const guide = readFileSync(new URL('../../docs/lint.md', import.meta.url), 'utf8');
  expect(guide).toBe(withFixTable(guide));
  const fixing = [
    ...RULE_CASES.flatMap((one) => lintObject(one)),
    ...FLEET_CASES.flatMap((one) => fleetFindings(objectsOf(one.files), one.operator).map(({ finding }) => finding)),
  ].flatMap(({ rule, fix }) => (fix === undefined ? [] : [rule]));
  const told = [...ALL, ...FLEET_RULES].flatMap(({ id, edit }) => (edit === undefined ? [] : [id]));
  expect([...new Set(fixing)].sort()).toEqual([...told].sort());
});

test('The catalogue shows an example of every rule but those that a cluster brings along', () => {
  const ids = [...ALL, ...FLEET_RULES, ...FILE_RULES, VERSION_NOT_SERVED].map(({ id }) => id);
  expect(ids.filter((id) => ruleExample(id) === undefined)).toEqual([]);
});

function pathsOf({ rule, object, old, operator, cluster }: RuleCase): readonly string[] {
  return lintObject({ object, old, operator, cluster })
    .filter((finding) => finding.rule === rule)
    .map(({ path }) => formatFieldPath(path));
}
