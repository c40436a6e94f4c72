import type { Evaluated } from './evaluate.ts';

const FAILURES_SHOWN = 10;

/** The whole report: a line a file and function, the exclusions with their reasons, failures, and the closing line. */
export function summarise(evaluated: readonly Evaluated[]): readonly string[] {
  const failures = evaluated.flatMap(({ file, id, outcome }) =>
    outcome.kind === 'failed' ? [`${file} ${id}: ${outcome.message}`] : [],
  );
  return [
    ...table(evaluated),
    '',
    ...exclusions(evaluated),
    ...failures.slice(0, FAILURES_SHOWN).map((failure) => `failed: ${failure}`),
    ...(failures.length > FAILURES_SHOWN ? [`… and ${failures.length - FAILURES_SHOWN} more`] : []),
    closingLine(evaluated),
  ];
}

export function countOf(evaluated: readonly Evaluated[], kind: Evaluated['outcome']['kind']): number {
  return evaluated.filter(({ outcome }) => outcome.kind === kind).length;
}

export function closingLine(evaluated: readonly Evaluated[]): string {
  const [passed, failed] = [countOf(evaluated, 'passed'), countOf(evaluated, 'failed')];
  return `${passed} passed, ${failed} failed, ${countOf(evaluated, 'excluded')} excluded`;
}

function table(evaluated: readonly Evaluated[]): readonly string[] {
  const keys = new Set(evaluated.map(keyOf));
  const rows = [...keys].map((key) => {
    const group = evaluated.filter((one) => keyOf(one) === key);
    const counts = (['passed', 'failed', 'excluded'] as const).map((kind) => String(countOf(group, kind)));
    return [group[0]?.file ?? '', group[0]?.function ?? '', ...counts];
  });
  return aligned([['file', 'function', 'passed', 'failed', 'excluded'], ...rows]);
}

function keyOf({ file, function: name }: Evaluated): string {
  return `${file} ${name}`;
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}

function exclusions(evaluated: readonly Evaluated[]): readonly string[] {
  const reasons = evaluated.flatMap(({ outcome }) => (outcome.kind === 'excluded' ? [outcome.reason] : []));
  return [...new Set(reasons)].map(
    (reason) => `excluded ${reasons.filter((other) => other === reason).length}: ${reason}`,
  );
}
