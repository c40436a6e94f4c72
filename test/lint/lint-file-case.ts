import { type LocatedFinding, lintFiles } from '../../lint/index.ts';
import { readManifest } from '../../manifests/index.ts';
import type { FileCase } from './cases/files.ts';

/** What lint finds in the files of a case by its rule. */
export function findingsOfFiles({ rule, files, base, operator }: FileCase): readonly LocatedFinding[] {
  const now = read(files);
  const before = base === undefined ? undefined : { name: 'main', ...read(base) };
  return lintFiles(now.files, now.problems, {
    operator,
    ...(before === undefined ? {} : { base: before }),
  }).filter((finding) => finding.rule === rule);
}

function read(files: FileCase['files']) {
  const all = Object.entries(files).map(([file, text]) =>
    readManifest(file, typeof text === 'string' ? Buffer.from(text) : text),
  );
  return {
    files: all.flatMap(({ manifest }) => manifest ?? []),
    problems: all.flatMap(({ problems }) => problems),
  };
}
