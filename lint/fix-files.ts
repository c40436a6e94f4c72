import { editValues, type ManifestFile, type ValueEdit } from '../manifests/index.ts';
import { documentKeys } from './field-path.ts';
import type { Fix } from './fix.ts';
import type { LocatedFinding } from './located-finding.ts';

/** A file and what it would be. */
export interface FixedFile {
  readonly manifest: ManifestFile;
  readonly after: Uint8Array;
}

export interface Fixes {
  readonly files: readonly FixedFile[];
  /** What they mend. */
  readonly fixed: readonly LocatedFinding[];
  /** What has edits that cannot be made there, and why. */
  readonly refused: readonly { readonly finding: LocatedFinding; readonly reason: string }[];
}

/**
 * Makes the edits that findings ask for, in the text, so that every other byte stays. Each finding's edits are made
 * together or not at all, and each is proven by parsing again.
 */
export function fixFiles(files: readonly ManifestFile[], findings: readonly LocatedFinding[]): Fixes {
  const byFile = new Map<string, LocatedFinding[]>();
  for (const finding of findings) {
    if (finding.fix !== undefined) byFile.set(finding.file, [...(byFile.get(finding.file) ?? []), finding]);
  }
  const outcomes = files.flatMap((manifest) => {
    const asked = byFile.get(manifest.file);
    return asked === undefined ? [] : [fixFile(manifest, asked)];
  });
  return {
    files: outcomes.flatMap(({ file }) => (file === undefined ? [] : [file])),
    fixed: outcomes.flatMap(({ fixed }) => fixed),
    refused: outcomes.flatMap(({ refused }) => refused),
  };
}

function fixFile(manifest: ManifestFile, findings: readonly LocatedFinding[]) {
  const documents = manifest.spans.map(({ start, end }) => manifest.text.slice(start, end));
  const byDocument = new Map<number, LocatedFinding[]>();
  for (const finding of findings) {
    const document = finding.fix?.document ?? 0;
    byDocument.set(document, [...(byDocument.get(document) ?? []), finding]);
  }
  const fixed = new Set<LocatedFinding>();
  const refused = new Map<LocatedFinding, string>();
  for (const [document, ofDocument] of byDocument) {
    const before = documents[document];
    if (before !== undefined) documents[document] = fixDocument(before, ofDocument, fixed, refused);
  }
  const text = joined(manifest, documents);
  return {
    file: text === manifest.text ? undefined : { manifest, after: new TextEncoder().encode(text) },
    fixed: findings.filter((finding) => fixed.has(finding)),
    refused: [...refused].map(([finding, reason]) => ({ finding, reason })),
  };
}

/**
 * All at once where that can be, since every proof parses the document; else by halves, from the end, so that positions in
 * lists hold while items are taken out.
 */
function fixDocument(
  text: string,
  findings: readonly LocatedFinding[],
  fixed: Set<LocatedFinding>,
  refused: Map<LocatedFinding, string>,
): string {
  const [only] = findings;
  if (only === undefined) return text;
  const edited = editValues(text, editsOf(findings));
  if (edited.ok) {
    for (const finding of findings) fixed.add(finding);
    return edited.value;
  }
  if (findings.length === 1) {
    refused.set(only, edited.error);
    return text;
  }
  const half = Math.floor(findings.length / 2);
  return fixDocument(fixDocument(text, findings.slice(half), fixed, refused), findings.slice(0, half), fixed, refused);
}

/** From the end, and each once: two findings may ask for the same. */
function editsOf(findings: readonly LocatedFinding[]): readonly ValueEdit[] {
  const edits = findings.flatMap(({ fix }) => fix?.edits ?? []).map(valueEdit);
  return [...new Map(edits.map((edit) => [JSON.stringify(edit), edit])).values()].reverse();
}

/** The file with its documents replaced, and with what stands between them. */
function joined({ text, spans }: ManifestFile, documents: readonly string[]): string {
  let at = 0;
  let result = '';
  spans.forEach(({ start, end }, index) => {
    result += text.slice(at, start) + (documents[index] ?? '');
    at = end;
  });
  return result + text.slice(at);
}

function valueEdit(fix: Fix): ValueEdit {
  return { ...fix, path: documentKeys(fix.path) };
}
