import { posix } from 'node:path';
import { isAtLeast, type JsonObject, type OperatorVersion, type Problem } from '../api/index.ts';
import { type ManifestDocument, type ManifestFile, RENDER_FIRST, templateMark } from '../manifests/index.ts';
import { itemsAt } from './component.ts';
import { type DocumentObject, documentObjects } from './document-objects.ts';
import { documentKeys, formatFieldPath } from './field-path.ts';
import type { Finding, Severity } from './finding.ts';
import type { Fix } from './fix.ts';
import { type Fleet, lintFleet, type PlannedGraphs } from './fleet.ts';
import { FLEET_RULES, findingsIn } from './fleet-rules.ts';
import { type PatchUse, patchFiles } from './kustomize.ts';
import { isLeftAlone } from './left-alone.ts';
import { CLUSTER_RULE, lintObject, VERSION_NOT_SERVED } from './lint-object.ts';
import { byPlace, excerptOf, type LocatedFinding, located, resourceName } from './located-finding.ts';
import { type Pairing, pairObjects } from './old-objects.ts';
import { REPLICAS_BESIDE_ADAPTER } from './rules/gitops.ts';
import { otherRules, RULES } from './rules/index.ts';
import type { ClusterDefinitions } from './schema/definitions.ts';
import { isDynamoKind } from './schema/kinds.ts';
import { brokenLineWithoutSecrets } from './secret-fields.ts';
import { type AskedRules, SUPPRESSION_RULES, type SuppressedFinding, suppress } from './suppress.ts';
import { valueAtPath } from './value-at-path.ts';

/** The manifests of another state, such as those of the branch that a change goes into. */
export interface BaseManifests {
  /** What people call it: `origin/main`. */
  readonly name: string;
  readonly files: readonly ManifestFile[];
  /** Of reading it. */
  readonly problems: readonly Problem[];
}

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

/** More about one object is read by nobody, and takes its time to place. */
const MAX_OBJECT_FINDINGS = 1000;

/** Rules about files rather than objects. */
export const FILE_RULES = [
  {
    id: 'yaml-syntax',
    severity: 'error',
    title: 'A document is YAML; the other documents of its file are checked all the same',
  },
  { id: 'file-unreadable', severity: 'error', title: 'A file is text that can be read, inside of the working folder' },
  {
    id: 'base-unreadable',
    severity: 'info',
    title: 'With --base: what an object was can be read; one that cannot is taken for new',
  },
  {
    id: 'object-removed',
    severity: 'info',
    title: 'With --base: an object that was there is in no file now, so that a controller that prunes deletes it',
  },
  { id: 'template-skipped', severity: 'info', title: 'A template is not checked before it is rendered' },
  {
    id: 'kustomize-patch-skipped',
    severity: 'info',
    title: 'A patch of a kustomization is a part of an object, and is not checked on its own',
  },
  {
    id: 'kustomize-component-list',
    severity: 'error',
    title: 'A strategic merge patch of a list of components says how the list is merged',
  },
  ...SUPPRESSION_RULES,
] as const satisfies readonly { readonly id: string; readonly severity: Severity; readonly title: string }[];

/** Not among the rules, since it is about what was found. */
export const LEFT_OUT_RULE = {
  id: 'findings-left-out',
  title: `An object has no more than ${MAX_OBJECT_FINDINGS} findings; the rest counts as the worst of them`,
} as const;

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

/** Templates of Helm charts, by file, with the chart that each is of. */
function chartTemplates(files: readonly string[]): ReadonlyMap<string, string> {
  const charts = files.filter((file) => /^Chart\.ya?ml$/.test(posix.basename(file)));
  return new Map(
    charts.flatMap((chart) => {
      const folder = posix.join(posix.dirname(chart), 'templates/');
      return files.filter((file) => file.startsWith(folder)).map((file) => [file, chart] as const);
    }),
  );
}

function chartFindings(charts: ReadonlyMap<string, string>): readonly LocatedFinding[] {
  const counts = new Map<string, number>();
  for (const chart of charts.values()) counts.set(chart, (counts.get(chart) ?? 0) + 1);
  return [...counts].map(([chart, count]) =>
    fileNote(
      { rule: 'template-skipped', file: chart, resource: '' },
      `is a Helm chart, whose ${count === 1 ? 'template is' : `${count} templates are`} not checked`,
      RENDER_FIRST,
    ),
  );
}

function baseFindings(
  { name, problems }: BaseManifests,
  { removed }: Pairing,
  unread: readonly Problem[],
): readonly LocatedFinding[] {
  const broken = new Set(unread.map(({ file }) => file));
  return [
    ...problems.map(({ file = '', line, message }) =>
      fileNote(
        { rule: 'base-unreadable', file, resource: '' },
        `at ${name}, ${line === undefined ? 'it' : `line ${line}`} ${message}: what its objects were is not known, and they count as new`,
        'nothing to do here, if the change mends it',
      ),
    ),
    // What is in a file that cannot be read now is not gone.
    ...removed
      .filter(({ object, file }) => isDynamoKind(object.kind) && !broken.has(file))
      .map(({ object, file, document }) =>
        fileNote(
          { rule: 'object-removed', file, resource: resourceName(object) },
          `${resourceName(object)}, line ${document.line} at ${name}, is in no file now: a controller that prunes deletes it with all that it runs`,
          'say so in the merge request, or bring it back',
        ),
      ),
  ];
}

/** A note about a file as a whole. */
function fileNote(
  about: { readonly rule: (typeof FILE_RULES)[number]['id']; readonly file: string; readonly resource: string },
  message: string,
  help: string,
): LocatedFinding {
  const nowhere = {
    line: undefined,
    column: undefined,
    length: 1,
    path: '',
    operatorPath: undefined,
    excerpt: undefined,
  };
  return { ...about, severity: 'info', ...nowhere, message, help };
}

function fileFinding(problem: Problem, manifest: ManifestFile | undefined): LocatedFinding {
  const { code, file = '', line, column, path = '', message, hint } = problem;
  const isTemplate = code === 'syntax' && hint === RENDER_FIRST;
  const rule = isTemplate ? 'template-skipped' : code === 'syntax' ? 'yaml-syntax' : 'file-unreadable';
  return {
    rule,
    severity: isTemplate ? 'info' : 'error',
    ...{ file, line, column, path, resource: '', operatorPath: undefined, length: 1, message },
    help:
      hint ??
      (code === 'syntax'
        ? 'mend the document; nothing reads it as it is'
        : 'remove it from the paths, or make it readable'),
    excerpt: manifest === undefined || line === undefined ? undefined : brokenExcerpt(manifest, line),
  };
}

function brokenExcerpt(manifest: ManifestFile, line: number): string | undefined {
  const text = excerptOf(manifest, line);
  if (text === undefined) return undefined;
  return brokenLineWithoutSecrets(text, line > 1 ? (excerptOf(manifest, line - 1) ?? '') : '');
}

function patchFindings(
  manifest: ManifestFile,
  { index, value }: ManifestDocument,
  { knowsLists }: PatchUse,
): readonly LocatedFinding[] {
  if (!isDynamoKind(value.kind)) return [];
  const note: Finding = {
    rule: 'kustomize-patch-skipped',
    severity: 'info',
    path: ['kind'],
    message: 'is a patch of a kustomization, so it is not checked on its own',
    help: 'check what "kustomize build" makes of it',
  };
  const replaces = !knowsLists && itemsAt(value, 'spec', 'components').length > 0;
  const list: Finding = {
    rule: 'kustomize-component-list',
    severity: 'error',
    path: ['spec', 'components'],
    message:
      'kustomize replaces the whole list by this one: the other components, and all that is not written here, are gone',
    help: 'name an OpenAPI document with x-kubernetes-patch-merge-key under openapi.path, or use a JSON 6902 patch',
  };
  return (replaces ? [note, list] : [note]).map((finding) => located(manifest, index, value, finding));
}

function objectFindings(
  entry: DocumentObject,
  old: JsonObject | undefined,
  fleet: Fleet,
  { operator, definitions }: LintOptions,
): readonly LocatedFinding[] {
  const found = lintObject({ object: entry.object, old, operator, definitions });
  const findings = atMost(found.filter((finding) => !isHarmless(finding, entry, fleet)));
  const templates = new Set<string>();
  return findings.flatMap((finding) => {
    const note = templateNote(entry, finding);
    if (note === undefined) return [locatedIn(entry, finding)];
    const place = formatFieldPath(note.path);
    if (templates.has(place)) return [];
    templates.add(place);
    return [locatedIn(entry, note)];
  });
}

/** A count beside an adapter that nothing applies again after the graph was created. */
function isHarmless({ rule, path }: Finding, entry: DocumentObject, fleet: Fleet): boolean {
  return rule === REPLICAS_BESIDE_ADAPTER && isLeftAlone(fleet, entry, documentKeys(path));
}

function atMost(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= MAX_OBJECT_FINDINGS) return findings;
  const rest = findings.slice(MAX_OBJECT_FINDINGS);
  const severities: readonly Severity[] = ['error', 'warning'];
  const severity = severities.find((one) => rest.some((finding) => finding.severity === one)) ?? 'info';
  const message = `${rest.length} more findings about this object are left out`;
  const note: Finding = { rule: LEFT_OUT_RULE.id, severity, path: [], message, help: 'mend these first' };
  return [...findings.slice(0, MAX_OBJECT_FINDINGS), note];
}

/** A value that a template or envsubst has yet to fill in is no mistake; it is only not checked. */
function templateNote({ object }: DocumentObject, { path }: Finding): Finding | undefined {
  const value = valueAtPath(object, path);
  const mark = typeof value === 'string' ? templateMark(value)?.mark : undefined;
  if (mark === undefined) return undefined;
  return {
    rule: 'template-skipped',
    severity: 'info',
    path,
    message: `holds a placeholder ("${mark}"), so it is not checked`,
    help: RENDER_FIRST,
  };
}

/** A finding about an object at its place in the document, where the object may be an item of a list. */
function locatedIn({ manifest, document, object, at }: DocumentObject, finding: Finding): LocatedFinding {
  if (at.length === 0) return located(manifest, document.index, object, finding);
  const fix = finding.fix?.map((edit): Fix => ({ ...edit, path: [...at, ...edit.path] }));
  const { shownAt } = finding;
  const inDocument = {
    ...finding,
    path: [...at, ...finding.path],
    ...(shownAt === undefined ? {} : { shownAt: [...at, ...shownAt] }),
    ...(fix === undefined ? {} : { fix }),
  };
  return located(manifest, document.index, object, inDocument);
}
