import { type JsonValue, showJson, valueAt } from '../api/index.ts';
import { documentKeys, type Finding, fleetFindings, formatFieldPath, lintObject } from '../lint/index.ts';
import { fileCases } from '../test/lint/cases/files.ts';
import { FLEET_CASES, RULE_CASES } from '../test/lint/cases/index.ts';
import { objectsOf } from '../test/lint/fleet-objects.ts';
import { findingsOfFiles } from '../test/lint/lint-file-case.ts';

/** What a rule finds in the first case of its table. */
export interface RuleExample {
  /** `spec.replicas: 0`, or a line of a file. */
  readonly text: string;
  readonly message: string;
  readonly help: string;
}

export function ruleExample(rule: string): RuleExample | undefined {
  return objectExample(rule) ?? fleetExample(rule) ?? fileExample(rule);
}

function objectExample(rule: string): RuleExample | undefined {
  const examples = RULE_CASES.flatMap((one) => {
    if (one.rule !== rule || one.path === undefined) return [];
    const found = lintObject(one).find(
      (finding) => finding.rule === rule && formatFieldPath(finding.path) === one.path,
    );
    return found === undefined ? [] : [exampleOf(found, one.object)];
  });
  // A pattern says least to a reader.
  return examples.find(({ message }) => !message.includes('[')) ?? examples[0];
}

function fleetExample(rule: string): RuleExample | undefined {
  for (const one of FLEET_CASES) {
    if (one.rule !== rule || one.place === undefined) continue;
    const all = fleetFindings(objectsOf(one.files), one.operator).filter(({ finding }) => finding.rule === rule);
    const found = all.find(({ of, finding }) => one.place === `${of.file} ${formatFieldPath(finding.path)}`);
    if (found !== undefined) return exampleOf(found.finding, found.of.object);
  }
  return undefined;
}

function fileExample(rule: string): RuleExample | undefined {
  const [found] = fileCases.filter((one) => one.rule === rule).flatMap(findingsOfFiles);
  if (found === undefined) return undefined;
  return { text: found.excerpt?.trim() ?? found.file, message: found.message, help: found.help };
}

/** Longer values are left out: the path says enough. */
const LONGEST_VALUE = 60;

function exampleOf({ path, message, help, isSecret }: Finding, object: JsonValue): RuleExample {
  const keys = documentKeys(path);
  const value = keys.reduce<unknown>(
    (from, key) => (Array.isArray(from) ? from[Number(key)] : valueAt(from, String(key))),
    object,
  );
  const shown = value === undefined || isSecret === true ? '' : showJson(value as JsonValue);
  const where = formatFieldPath(path);
  return { text: shown === '' || shown.length > LONGEST_VALUE ? where : `${where}: ${shown}`, message, help };
}
