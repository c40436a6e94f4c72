import { isAtLeast, type OperatorVersion, type Problem } from '../api/index.ts';
import type { ManifestFile } from '../manifests/index.ts';
import { type DocumentObject, documentObjects } from './document-objects.ts';
import {
  type BaseManifests,
  baseFindings,
  chartFindings,
  chartTemplates,
  FILE_RULES,
  fileFinding,
} from './file-findings.ts';
import { lintFleet, type PlannedGraphs } from './fleet.ts';
import { FLEET_RULES, findingsIn } from './fleet-rules.ts';
import { patchFiles } from './kustomize.ts';
import { CLUSTER_RULE, VERSION_NOT_SERVED } from './lint-object.ts';
import { byPlace, type LocatedFinding } from './located-finding.ts';
import { LEFT_OUT_RULE, locatedIn, objectFindings, patchFindings } from './object-findings.ts';
import { pairObjects } from './old-objects.ts';
import { otherRules, RULES } from './rules/index.ts';
import type { ClusterDefinitions } from './schema/definitions.ts';
import { type AskedRules, type SuppressedFinding, suppress } from './suppress.ts';

export interface LintOptions {
  readonly operator: OperatorVersion;
  /** What the objects are compared with, so that rules about changes hold too. */
  readonly base?: BaseManifests;
  /** Graphs whose numbers plans edit. */
  readonly planned?: PlannedGraphs;
  /** Of the cluster, in the place of our tables of fields. */
  readonly definitions?: ClusterDefinitions | undefined;
}

export interface LintedFiles {
  /** Sorted by file, line and column. */
  readonly findings: readonly LocatedFinding[];
  /** Those that a comment took, with its reason. */
  readonly suppressed: readonly SuppressedFinding[];
}

/** Checks every document of every file. `problems` are those of reading the files. Sorted by file, line and column. */
export function lintFiles(
  files: readonly ManifestFile[],
  problems: readonly Problem[],
  options: LintOptions,
): readonly LocatedFinding[] {
  return lintManifests(files, problems, options).findings;
}

/** Checks every document of every file, and tells apart what comments took. */
export function lintManifests(
  files: readonly ManifestFile[],
  problems: readonly Problem[],
  options: LintOptions,
): LintedFiles {
  const { operator, base } = options;
  const byName = new Map(files.map((manifest) => [manifest.file, manifest]));
  const charts = chartTemplates([...byName.keys(), ...problems.map(({ file }) => file ?? '')]);
  const patches = patchFiles(files);
  const whole = objectsOf(files, (file) => patches.has(file) || charts.has(file));
  const oldPatches = patchFiles(base?.files ?? []);
  const pairs =
    base === undefined
      ? undefined
      : pairObjects(
          whole,
          objectsOf(base.files, (file) => oldPatches.has(file) || charts.has(file)),
        );
  const fleet = lintFleet(whole, operator, options.planned);
  const found = [
    ...problems
      .filter(({ file }) => !charts.has(file ?? ''))
      .map((problem) => fileFinding(problem, byName.get(problem.file ?? ''))),
    ...chartFindings(charts),
    ...(base === undefined || pairs === undefined ? [] : baseFindings(base, pairs, problems)),
    ...findingsIn(fleet, whole).map(({ of, finding }) => locatedIn(of, finding)),
    ...whole.flatMap((entry) => objectFindings(entry, pairs?.oldOf(entry), fleet, options)),
    ...files.flatMap((manifest) => {
      const patch = patches.get(manifest.file);
      return patch === undefined
        ? []
        : manifest.documents.flatMap((document) => patchFindings(manifest, document, patch));
    }),
  ];
  const { findings, suppressed } = suppress(files, found, askedRules(options));
  return {
    findings: [...findings].sort(byPlace),
    suppressed: [...suppressed].sort((first, second) => byPlace(first.finding, second.finding)),
  };
}

function objectsOf(files: readonly ManifestFile[], isNone: (file: string) => boolean): readonly DocumentObject[] {
  return files
    .filter(({ file }) => !isNone(file))
    .flatMap((manifest) => manifest.documents.flatMap((document) => documentObjects(manifest, document)));
}

/** Every rule that there is, and whether it had anything to say under these options. */
function askedRules({ operator, base }: LintOptions): AskedRules {
  const always = [...otherRules, ...FLEET_RULES, ...FILE_RULES, VERSION_NOT_SERVED, CLUSTER_RULE, LEFT_OUT_RULE].map(
    ({ id }) => [id, true] as const,
  );
  const ofObjects = RULES.map(({ id, since, until, on, stage }) => {
    const holds =
      (since === undefined || isAtLeast(operator, since)) && (until === undefined || isAtLeast(until, operator));
    // Whether an object is new or changed is another question with every commit.
    return [id, holds && (on === 'both' || stage === 'gitops' || (on === 'create' && base === undefined))] as const;
  });
  return new Map([...always, ...ofObjects]);
}
