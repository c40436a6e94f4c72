import {
  type Digest,
  digestOf,
  formatPath,
  type Problem,
  type ProposedChange,
  type Result,
  succeed,
} from '../../api/index.ts';
import { type IntegerChange, type ManifestFile, readManifest, spliceIntegers } from '../../manifests/index.ts';
import { misdirectedEdits } from './named-number.ts';
import type { PlanEdit } from './plan-edits.ts';

/** A file with the planned numbers in place of the old ones, and nothing else changed. */
export interface EditedFile {
  readonly file: string;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

export interface EditResult {
  /** In the order of their names. */
  readonly files: readonly EditedFile[];
  /** One a number, by file and line. */
  readonly changes: readonly ProposedChange[];
}

/**
 * Replaces the numbers in the files' bytes. Every file must still be the one that the plan was made from, and every number
 * the one that its target names.
 * @param read bytes of a file as it is now; undefined where there is none.
 * @param supporting the plan's `supportingFiles`.
 */
export function editFiles(
  edits: readonly PlanEdit[],
  read: (file: string) => Uint8Array | undefined,
  supporting: readonly string[] = [],
): Result<EditResult> {
  const replaced = replaceNumbers(edits, read);
  if (!replaced.ok) return replaced;
  const misdirected = misdirectedNumbers(edits, read, supporting);
  return misdirected.length > 0 ? { ok: false, error: misdirected } : replaced;
}

/** The first half of `editFiles`: whose numbers they are is yet to be asked. */
export function replaceNumbers(
  edits: readonly PlanEdit[],
  read: (file: string) => Uint8Array | undefined,
): Result<EditResult> {
  const byFile = new Map<string, PlanEdit[]>();
  for (const edit of edits) byFile.set(edit.location.file, [...(byFile.get(edit.location.file) ?? []), edit]);

  const problems: Problem[] = [];
  const files: EditedFile[] = [];
  const changes: ProposedChange[] = [];
  for (const [file, ofFile] of [...byFile.entries()].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const edited = editFile(file, ofFile, read(file));
    if (!edited.ok) {
      problems.push(...edited.error);
      continue;
    }
    files.push(edited.value.file);
    changes.push(...edited.value.changes);
  }
  return problems.length > 0 ? { ok: false, error: problems } : succeed({ files, changes });
}

/** The second half of `editFiles`. */
export function misdirectedNumbers(
  edits: readonly PlanEdit[],
  read: (file: string) => Uint8Array | undefined,
  supporting: readonly string[],
): readonly Problem[] {
  return misdirectedEdits(
    edits,
    manifestsOf([...edits.map(({ location }) => location.file).sort(), ...supporting], read),
  );
}

/** The files that can be read as manifests, by name. */
export function manifestsOf(
  files: readonly string[],
  read: (file: string) => Uint8Array | undefined,
): ReadonlyMap<string, ManifestFile> {
  return new Map(
    [...new Set(files)].flatMap((file): readonly (readonly [string, ManifestFile])[] => {
      const bytes = read(file);
      const manifest = bytes === undefined ? undefined : readManifest(file, bytes).manifest;
      return manifest === undefined ? [] : [[file, manifest]];
    }),
  );
}

function editFile(
  file: string,
  edits: readonly PlanEdit[],
  before: Uint8Array | undefined,
): Result<{ readonly file: EditedFile; readonly changes: readonly ProposedChange[] }> {
  const hint = 'run plan again';
  if (before === undefined) {
    return { ok: false, error: [{ code: 'stale', file, message: 'does not exist any more', hint }] };
  }
  const digests = digestsOf(before);
  if (edits.some((edit) => !digests.has(edit.location.digest))) {
    return { ok: false, error: [{ code: 'stale', file, message: 'has changed since the plan was made', hint }] };
  }
  const spliced = spliceIntegers(
    file,
    before,
    edits.map(({ target, location }) => ({
      document: location.document,
      path: location.path,
      from: target.current,
      to: target.target,
    })),
  );
  if (!spliced.ok) return spliced;
  return succeed({
    file: { file, before, after: spliced.value.bytes },
    changes: changesOf(edits, spliced.value.changes),
  });
}

/**
 * Digests of a file whichever line ends it has: with `core.autocrlf` the work tree that was planned has others than the
 * commit that is edited, and no number stands elsewhere for that.
 */
export function digestsOf(bytes: Uint8Array): ReadonlySet<Digest> {
  const text = Buffer.from(bytes).toString('latin1');
  const unix = text.replaceAll('\r\n', '\n');
  const versions = [unix, unix.replaceAll('\n', '\r\n')].map((version) => Buffer.from(version, 'latin1'));
  return new Set([bytes, ...versions].map((version) => digestOf(version)));
}

/** The changes with the lines where they were made, which need not be those that the plan claims. */
function changesOf(edits: readonly PlanEdit[], made: readonly IntegerChange[]): readonly ProposedChange[] {
  const waiting = [...edits].sort((a, b) => a.location.document - b.location.document);
  return made.flatMap(({ line, path }): readonly ProposedChange[] => {
    // Changes come in the order of the file, so the first one with this path is in the earliest document left.
    const index = waiting.findIndex((edit) => formatPath(edit.location.path) === formatPath(path));
    const [edit] = index < 0 ? [] : waiting.splice(index, 1);
    if (edit === undefined) return [];
    const { deployment, namespace, environment, service, current, target } = edit.target;
    return [{ deployment, namespace, environment, service, file: edit.location.file, line, from: current, to: target }];
  });
}
