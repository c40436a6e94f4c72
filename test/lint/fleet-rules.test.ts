import { posix } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { isObject, type JsonObject } from '../../api/index.ts';
import { FLEET_RULES, fleetFindings, formatFieldPath } from '../../lint/index.ts';
import type { FleetCase } from './cases/fleet-case.ts';
import { FLEET_CASES } from './cases/index.ts';

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

  test('says what would happen and what to do, each in one line', () => {
    const texts = FLEET_CASES.flatMap((one) => findingsOf(one).flatMap(({ message, help }) => [message, help]));
    expect(texts.filter((text) => text === '' || /\n|undefined|\[object/.test(text))).toEqual([]);
  });
});

function findingsOf({ rule, files, operator }: FleetCase) {
  const objects = Object.entries(files).flatMap(([file, one]) => {
    const all: readonly JsonObject[] = isObject(one) ? [one] : one;
    const folder = posix.dirname(file);
    return all.map((object, index) => ({ object, file, folder, shown: `${file}:${index + 1}` }));
  });
  return fleetFindings(objects, operator)
    .filter(({ finding }) => finding.rule === rule)
    .map(({ of, finding: { path, message, help } }) => ({
      place: `${of.file} ${formatFieldPath(path)}`,
      message,
      help,
    }));
}
