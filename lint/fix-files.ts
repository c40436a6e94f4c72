import { editValue, type ManifestFile, type ValueEdit } from '../manifests/index.ts';
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
  const done = documents.map(() => new Set<string>());
  const fixed: LocatedFinding[] = [];
  const refused: { readonly finding: LocatedFinding; readonly reason: string }[] = [];
  // From the end, so that positions in lists hold while items are taken out.
  for (const finding of [...findings].reverse()) {
    const { document = 0, edits = [] } = finding.fix ?? {};
    const before = documents[document];
    const made = done[document];
    if (before === undefined || made === undefined) continue;
    const outstanding = edits.map(valueEdit).filter((edit) => !made.has(JSON.stringify(edit)));
    let text = before;
    let reason: string | undefined;
    for (const edit of outstanding) {
      const edited = editValue(text, edit);
      if (edited.ok) text = edited.value;
      else reason ??= edited.error;
    }
    if (reason !== undefined) {
      refused.unshift({ finding, reason });
      continue;
    }
    documents[document] = text;
    for (const edit of outstanding) made.add(JSON.stringify(edit));
    fixed.unshift(finding);
  }
  const text = joined(manifest, documents);
  const file = text === manifest.text ? undefined : { manifest, after: new TextEncoder().encode(text) };
  return { file, fixed, refused };
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
