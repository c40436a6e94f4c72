import { SCHEMA_VERSION } from '../../api/index.ts';
import type { HatchUse, ImportedApp } from '../../constructs/import/index.ts';
import { code, paragraph, printMarkdown, type Report, visibleText } from '../../report/index.ts';

type ImportedGraph = ImportedApp['graphs'][number];

/** What was made of a manifest, with every use of the hatch. */
export function importReport(app: ImportedApp, dryRun: boolean): Report {
  const { graphs, objects, dropped, added, files, ...settings } = app;
  const next = dryRun
    ? 'Nothing was written: this was a dry run.'
    : `Run dynamo-gitops synth ${app.app}, and compare what it renders with the manifest.`;
  return {
    document: {
      schemaVersion: SCHEMA_VERSION,
      kind: 'import',
      dryRun,
      ...settings,
      files: [...files].map(([file, text]) => ({ file, ...(dryRun ? { text } : {}) })),
      graphs,
      objects,
      dropped,
      added,
    },
    text: (paint) => {
      const listed = [...files].map(([file, text]) =>
        dryRun ? `${paint.strong(file)}\n${shownSource(text)}` : paint.strong(file),
      );
      const parts = [
        listed.join(dryRun ? '\n\n' : '\n'),
        ...graphs.map((graph) => [paint.strong(shares(graph)), ...details(graph)].join('\n')),
        notes(app).join('\n'),
        next,
      ];
      return parts.filter((part) => part !== '').join('\n\n');
    },
    markdown: () =>
      printMarkdown([
        { kind: 'table', head: ['File'], rows: [...files.keys()].map((file) => [[code(file)]]) },
        ...graphs.flatMap((graph) => [shares(graph), ...details(graph)]).map((line) => paragraph(line.trim())),
        ...notes(app).map((note) => paragraph(note)),
        paragraph(next),
      ]),
  };
}

function shares({ name, leaves }: ImportedGraph): string {
  const percent = leaves.total === 0 ? 100 : Math.floor((leaves.typed / leaves.total) * 1000) / 10;
  return visibleText(`${name}: ${leaves.typed} of ${leaves.total} values through typed properties (${percent} %)`);
}

function details({ hatch, refusals }: ImportedGraph): readonly string[] {
  return [
    ...hatch.map((use) => `  hatch: ${visibleText(use.path)} (${HATCH_KINDS[use.kind]}, ${values(use.leaves)})`),
    ...refusals.map((message) => `  note: ${visibleText(message)}`),
  ];
}

const HATCH_KINDS: { readonly [kind in HatchUse['kind']]: string } = {
  patch: 'patch of the manifest',
  field: 'field that the types do not name',
};

function values(count: number): string {
  return count === 1 ? '1 value' : `${count} values`;
}

function notes({ objects, dropped, added, operatorVersion }: ImportedApp): readonly string[] {
  return [
    visibleText(`For operator ${operatorVersion}. Added: ${added.join(', ')}; nothing else.`),
    ...objects.map(({ kind, name, leaves, construct }) => {
      const said = construct === 'ApiObject' ? 'stays an untyped object' : `is said by ${construct}`;
      return visibleText(`${kind} "${name}" ${said} (${values(leaves)}).`);
    }),
    ...(dropped.length === 0 ? [] : [visibleText(`Left out, since only a cluster writes it: ${dropped.join(', ')}.`)]),
  ];
}

/** A source as a terminal may show it, line by line. */
function shownSource(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => visibleText(line))
    .join('\n');
}
