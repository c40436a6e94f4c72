import { posix } from 'node:path';
import type { Problem } from '../api/index.ts';
import { type ManifestFile, RENDER_FIRST } from '../manifests/index.ts';
import type { Severity } from './finding.ts';
import { excerptOf, type LocatedFinding, resourceName } from './located-finding.ts';
import type { Pairing } from './old-objects.ts';
import { isDynamoKind } from './schema/kinds.ts';
import { brokenLineWithoutSecrets } from './secret-fields.ts';
import { SUPPRESSION_RULES } from './suppress.ts';

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

/** The manifests of another state, such as those of the branch that a change goes into. */
export interface BaseManifests {
  /** What people call it: `origin/main`. */
  readonly name: string;
  readonly files: readonly ManifestFile[];
  /** Of reading it. */
  readonly problems: readonly Problem[];
}

/** Templates of Helm charts, by file, with the chart that each is of. */
export function chartTemplates(files: readonly string[]): ReadonlyMap<string, string> {
  const charts = files.filter((file) => /^Chart\.ya?ml$/.test(posix.basename(file)));
  return new Map(
    charts.flatMap((chart) => {
      const folder = posix.join(posix.dirname(chart), 'templates/');
      return files.filter((file) => file.startsWith(folder)).map((file) => [file, chart] as const);
    }),
  );
}

export function chartFindings(charts: ReadonlyMap<string, string>): readonly LocatedFinding[] {
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

export function baseFindings(
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

export function fileFinding(problem: Problem, manifest: ManifestFile | undefined): LocatedFinding {
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
