import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type JsonObject, objectAt } from '../../api/index.ts';
import { FLEET_RULES, fleetFindings, formatFieldPath, type PlannedGraphs } from '../../lint/index.ts';
import { JUNK, replaced } from './broken-object.ts';
import { beta } from './cases/case.ts';
import type { FleetCase } from './cases/fleet-case.ts';
import { FLEET_CASES } from './cases/index.ts';
import { objectsOf } from './fleet-objects.ts';

const named = (cases: readonly FleetCase[]) => cases.map((one, index) => [`${one.rule} (${index + 1})`, one] as const);

describe('every rule about objects beside each other', () => {
  test('has objects that it refuses and some that it lets pass', () => {
    const lacking = FLEET_RULES.filter(({ id }) => {
      const own = FLEET_CASES.filter(({ rule }) => rule === id);
      return !own.some(({ place }) => place === undefined) || !own.some(({ place }) => place !== undefined);
    });
    expect(lacking.map(({ id }) => id)).toEqual([]);
  });

  test('is the only one of its name, and each case is of a rule', () => {
    const ids = FLEET_RULES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(FLEET_CASES.filter(({ rule }) => !ids.includes(rule))).toEqual([]);
  });

  test.each(named(FLEET_CASES.filter(({ place }) => place !== undefined)))('refuses at its place: %s', (_, one) => {
    const found = findingsOf(one);
    expect(found.map(({ place }) => place)).toContain(one.place);
    for (const name of one.names) expect(found.map(({ message }) => message).join('\n')).toContain(name);
  });

  test.each(named(FLEET_CASES.filter(({ place }) => place === undefined)))('lets pass: %s', (_, one) => {
    expect(findingsOf(one)).toEqual([]);
  });

  test('that hides counts is an error where plans edit them, and a warning where people do', () => {
    const hiding = FLEET_CASES.filter(({ rule, place, names }) => {
      return rule.endsWith('-ignored-edit') && place !== undefined && !names.includes('may hide');
    });
    expect(hiding.length).toBeGreaterThan(5);
    for (const { files, operator, rule } of hiding) {
      const severities = (planned: PlannedGraphs) =>
        fleetFindings(objectsOf(files), operator, planned).flatMap(({ finding }) =>
          finding.rule === rule ? [finding.severity] : [],
        );
      expect(severities([])).toEqual(['warning']);
      expect(severities([{ name: 'another' }])).toEqual(['warning']);
    }
    const [first] = hiding;
    const objects = objectsOf(first?.files ?? {});
    const ofRule = ({ finding }: { readonly finding: { readonly rule: string } }) => finding.rule === first?.rule;
    expect(fleetFindings(objects, '1.4.0', [{ name: 'chat' }]).find(ofRule)?.finding.severity).toBe('error');
    const declared = objects.map((one) => ({ ...one, object: withPolicy(one.object) }));
    expect(fleetFindings(declared, '1.4.0').find(ofRule)?.finding.severity).toBe('error');
  });

  test('says what would happen and what to do, each in one line', () => {
    const texts = FLEET_CASES.flatMap((one) => findingsOf(one).flatMap(({ message, help }) => [message, help]));
    expect(texts.filter((text) => text === '' || /\n|undefined|\[object/.test(text))).toEqual([]);
  });
});

function withPolicy(object: JsonObject): JsonObject {
  if (object.kind !== 'DynamoGraphDeployment') return object;
  const annotations = { 'dynamo-gitops/policy': '{}' };
  return { ...object, metadata: { ...objectAt(object, 'metadata'), annotations } };
}

describe('objects that are nothing like what they should be', () => {
  test('are found fault with or let pass, and never a surprise', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FLEET_CASES),
        fc.array(fc.tuple(fc.nat(), fc.nat(), JUNK), { maxLength: 4 }),
        ({ files, operator }, changes) => {
          const objects = objectsOf(files).map((entry, position, all) => {
            const own = changes.filter(([which]) => which % all.length === position);
            return { ...entry, object: own.reduce((now, [, at, value]) => replaced(now, at, value), entry.object) };
          });
          for (const { finding } of fleetFindings(objects, operator)) {
            expect(formatFieldPath(finding.path)).not.toBe('');
            expect(finding.message).not.toMatch(/undefined|\[object/);
          }
        },
      ),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 500) },
    );
  });

  test('take no longer for being many, or for patterns of many stars', () => {
    const folders = Array.from({ length: 100 }, (_, index) => `fleet/${'a'.repeat(40)}${index}`);
    const graphs = folders.map((folder) => [`${folder}/chat.yaml`, beta({ scalingAdapter: {} })] as const);
    const loops = folders.map((folder, index) => [
      `${folder}/kustomization.yaml`,
      { resources: ['chat.yaml', `../../${folders[(index + 1) % 100] ?? ''}`] },
    ]);
    const apps = folders.map((folder, index) => [`apps/${index}.yaml`, application(folder)]);
    const stars = [['apps/stars.yaml', application(`fleet/${'{{a}}a'.repeat(30)}`)]];
    const started = performance.now();
    fleetFindings(objectsOf(Object.fromEntries([...graphs, ...loops, ...apps, ...stars])), '1.5.0');
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

function application(path: string): JsonObject {
  const spec = { source: { path }, ignoreDifferences: [{ jqPathExpressions: ['.. | .replicas?'] }] };
  return {
    ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'ApplicationSet', metadata: { name: 'all' } },
    spec: { template: { spec } },
  };
}

function findingsOf({ rule, files, operator }: FleetCase) {
  return fleetFindings(objectsOf(files), operator)
    .filter(({ finding }) => finding.rule === rule)
    .map(({ of, finding: { path, message, help } }) => ({
      place: `${of.file} ${formatFieldPath(path)}`,
      message,
      help,
    }));
}
