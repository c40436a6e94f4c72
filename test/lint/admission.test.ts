import { describe, expect, test } from '@jest/globals';
import { formatFieldPath } from '../../lint/index.ts';
import { CASES_FOLDER, type CaseOutcome, readCases, tryCase } from './admission-cases.ts';

/** Least share of reference cases whose verdict and field path must agree. */
const LEAST_SHARE = 0.98;

const files = [...readCases()];

describe('the reference cases of admission', () => {
  if (files.length === 0) {
    test.skip(`are not here (${CASES_FOLDER})`, () => undefined);
    return;
  }

  test.each(files)('%s: verdict and field path agree', (name, cases) => {
    const outcomes = cases.map((one) => tryCase(one));
    const agreeing = outcomes.filter(({ hasVerdict, hasPath }) => hasVerdict && hasPath);
    const off = outcomes.filter(({ hasVerdict, hasPath }) => !hasVerdict || !hasPath).map(describeOutcome);
    process.stdout.write(
      `${name}: ${outcomes.filter(({ hasVerdict }) => hasVerdict).length} verdicts and ${agreeing.length} with their path agree, of ${cases.length}\n`,
    );
    expect(agreeing.length / cases.length >= LEAST_SHARE ? [] : off).toEqual([]);
  });

  test.each(files)('%s: what is accepted with a warning is warned about, and nothing else is', (_name, cases) => {
    const outcomes = cases.map((one) => tryCase(one));
    expect(outcomes.filter(({ hasWarning }) => !hasWarning).map(describeOutcome)).toEqual([]);
  });
});

function describeOutcome({ admissionCase, findings }: CaseOutcome): string {
  const found = findings.map(({ rule, severity, path }) => `${severity} ${rule} ${formatFieldPath(path)}`);
  return `${admissionCase.id}: ${admissionCase.expect} ${admissionCase.path ?? ''}; found ${found.join(' | ') || 'nothing'}`;
}
