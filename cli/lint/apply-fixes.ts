import type { EditedFile } from '../../gitops/index.ts';
import {
  type Fixes,
  fixFiles,
  type LintedFiles,
  type LintOptions,
  type LocatedFinding,
  lintManifests,
  ruleInfos,
} from '../../lint/index.ts';
import { type ManifestTree, readManifest } from '../../manifests/index.ts';

/** What can be mended, and what is left then. Nothing is written here. */
export interface PlannedFixes extends Pick<Fixes, 'fixed' | 'refused'> {
  readonly files: readonly EditedFile[];
  readonly left: LintedFiles;
}

/**
 * Mends what can be, and checks the result: an edit is taken back that makes an error which is not there now, or of a
 * refusal something that the operator drops in silence.
 */
export function planFixes(tree: ManifestTree, { findings }: LintedFiles, options: LintOptions): PlannedFixes {
  const infos = ruleInfos();
  const known = new Set(findings.map(findingKey));
  const withdrawn = new Map<LocatedFinding, string>();
  for (;;) {
    const { files, fixed, refused } = fixFiles(
      tree.files,
      findings.filter((finding) => !withdrawn.has(finding)),
    );
    const after = treeWith(tree, files);
    const left = lintManifests(after.files, after.problems, options);
    const fresh = left.findings.find(
      (finding) =>
        (finding.severity === 'error' || infos.get(finding.rule)?.stage === 'reconcile') &&
        !known.has(findingKey(finding)),
    );
    if (fresh !== undefined && fixed.length > 0) {
      for (const finding of blamed(fresh, fixed)) withdrawn.set(finding, fresh.rule);
      continue;
    }
    const because = [...withdrawn].map(([finding, rule]) => ({
      finding,
      reason: `${rule} would find fault with the result`,
    }));
    return {
      ...{ fixed, left, refused: [...refused, ...because] },
      files: files.map(({ manifest: { file, bytes }, after: content }) => ({ file, before: bytes, after: content })),
    };
  }
}

/** The edits that an error may come from: of the same value, else of the same file, else all. */
function blamed(error: LocatedFinding, fixed: readonly LocatedFinding[]): readonly LocatedFinding[] {
  const inFile = fixed.filter(({ file }) => file === error.file);
  const ofValue = inFile.filter(({ resource, path }) => resource === error.resource && path === error.path);
  return [ofValue, inFile, fixed].find(({ length }) => length > 0) ?? [];
}

function treeWith({ files, problems }: ManifestTree, fixed: Fixes['files']): ManifestTree {
  const read = new Map(fixed.map(({ manifest: { file }, after }) => [file, readManifest(file, after)]));
  return {
    files: files.map((manifest) => read.get(manifest.file)?.manifest ?? manifest),
    problems: [
      ...problems.filter(({ file }) => !read.has(file ?? '')),
      ...[...read.values()].flatMap((one) => one.problems),
    ],
  };
}

/** The same when lines come and go. */
function findingKey({ rule, file, resource, path }: LocatedFinding): string {
  return JSON.stringify([rule, file, resource, path]);
}
