import { closestName } from '../api/closest-name.ts';
import { commentsWith, lineCount, lineText, type ManifestFile } from '../manifests/index.ts';
import type { Severity } from './finding.ts';
import { excerptOf, type LocatedFinding } from './located-finding.ts';

/** What opens a comment that takes findings of the next line, of its own line, or (`-file`) of its file. */
const MARK = 'dynamo-gitops-ignore';
const COMMENT = new RegExp(`^#+[ \\t]*${MARK}(-file)?(?![\\w-])([^:]*)(?::(.*))?$`);

/** A finding that a comment took, and why. */
export interface SuppressedFinding {
  readonly finding: LocatedFinding;
  readonly reason: string;
}

/** Rules about the comments themselves, which no comment takes. */
export const SUPPRESSION_RULES = [
  {
    id: 'ignore-without-reason',
    severity: 'warning',
    title: 'A comment that takes a finding names the rule and the reason',
  },
  {
    id: 'ignore-unknown-rule',
    severity: 'warning',
    title: 'A comment that takes a finding names a rule that there is',
  },
  { id: 'ignore-unused', severity: 'warning', title: 'A comment that takes a finding is gone once there is none' },
] as const satisfies readonly { readonly id: string; readonly severity: Severity; readonly title: string }[];

interface Suppression {
  readonly manifest: ManifestFile;
  readonly rule: string;
  readonly reason: string;
  /** Undefined for the whole file. */
  readonly covers: number | undefined;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** The rules, and whether each was asked this time: an unused comment is one whose rule had its chance. */
export type AskedRules = ReadonlyMap<string, boolean>;

/** Sets findings aside that comments take, and says which comments take none. */
export function suppress(
  files: readonly ManifestFile[],
  findings: readonly LocatedFinding[],
  rules: AskedRules,
): { readonly findings: readonly LocatedFinding[]; readonly suppressed: readonly SuppressedFinding[] } {
  const read = files.filter(({ text }) => text.includes(MARK)).map((manifest) => suppressionsOf(manifest, rules));
  if (read.length === 0) return { findings, suppressed: [] };
  const byPlace = new Map<string, Suppression[]>();
  for (const suppression of read.flatMap(({ suppressions }) => suppressions)) {
    const place = placeKey(suppression.manifest.file, suppression.covers, suppression.rule);
    byPlace.set(place, [...(byPlace.get(place) ?? []), suppression]);
  }
  const used = new Set<Suppression>();
  const suppressed: SuppressedFinding[] = [];
  const kept = findings.filter((finding) => {
    const { file, line, rule } = finding;
    const takers = [
      ...(line === undefined ? [] : (byPlace.get(placeKey(file, line, rule)) ?? [])),
      ...(byPlace.get(placeKey(file, undefined, rule)) ?? []),
    ];
    const [taker] = takers;
    for (const one of takers) used.add(one);
    if (taker !== undefined) suppressed.push({ finding, reason: taker.reason });
    return taker === undefined;
  });
  const unused = [...byPlace.values()]
    .flat()
    .filter((suppression) => !used.has(suppression) && rules.get(suppression.rule) === true)
    .map((suppression) =>
      about(
        'ignore-unused',
        suppression,
        `takes nothing: ${suppression.rule} finds nothing there`,
        'remove the comment',
      ),
    );
  return { findings: [...kept, ...read.flatMap(({ faults }) => faults), ...unused], suppressed };
}

function placeKey(file: string, line: number | undefined, rule: string): string {
  return `${rule}:${line ?? ''}:${file}`;
}

function suppressionsOf(
  manifest: ManifestFile,
  rules: AskedRules,
): { readonly suppressions: readonly Suppression[]; readonly faults: readonly LocatedFinding[] } {
  const suppressions: Suppression[] = [];
  const faults: LocatedFinding[] = [];
  for (const { line, column, text, isAlone } of commentsWith(manifest, MARK)) {
    const match = COMMENT.exec(text);
    if (match === null) continue;
    const [, wholeFile, names = '', reasonText = ''] = match;
    const place = { manifest, line, column, length: text.length };
    const reason = reasonText.trim();
    const ids = names.split(/[\s,]+/).filter((id) => id !== '');
    if (ids.length === 0 || reason === '') {
      const lacks = ids.length === 0 ? 'names no rule' : 'gives no reason';
      const form = `write "# ${MARK}${wholeFile ?? ''} ${ids[0] ?? '<rule>'}: <why it is right here>"`;
      faults.push(about('ignore-without-reason', place, `${lacks}, so it takes nothing`, form));
      continue;
    }
    const covers = wholeFile !== undefined ? undefined : isAlone ? nextContent(manifest, line) : line;
    for (const rule of ids) {
      if (rules.has(rule)) {
        suppressions.push({ ...place, rule, reason, covers });
        continue;
      }
      const near = closestName(rule, [...rules.keys()]);
      const help = near === undefined ? 'name one of docs/lint-rules.md' : `did you mean "${near}"?`;
      faults.push(about('ignore-unknown-rule', place, `there is no rule "${rule}"`, help));
    }
  }
  return { suppressions, faults };
}

/** The next line that says something; comments may stand one above the other. */
function nextContent(manifest: ManifestFile, from: number): number {
  const last = lineCount(manifest);
  let line = from + 1;
  while (line <= last && /^\s*(#.*)?$/.test(lineText(manifest, line))) line += 1;
  return line;
}

function about(
  id: (typeof SUPPRESSION_RULES)[number]['id'],
  { manifest, line, column, length }: Pick<Suppression, 'manifest' | 'line' | 'column' | 'length'>,
  message: string,
  help: string,
): LocatedFinding {
  return {
    ...{ rule: id, severity: 'warning', file: manifest.file, line, column, length, path: '', operatorPath: undefined },
    ...{ resource: '', message, help, excerpt: excerptOf(manifest, line) },
  };
}
