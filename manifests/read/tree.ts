import {
  closeSync,
  constants,
  type Dirent,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Problem } from '../../api/index.ts';
import { MAX_MANIFEST_BYTES } from './limits.ts';
import { type ManifestFile, readManifest, tooLarge } from './manifest.ts';

export interface ManifestTree {
  /** Sorted by path; each file once, by its real path, however often it was named or linked. */
  readonly files: readonly ManifestFile[];
  readonly problems: readonly Problem[];
}

/** Folders that hold no manifests of the repository's own. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['.git', 'node_modules']);

/**
 * Reads the named files, whatever they are called, and every `*.yaml` and `*.yml` under the named folders. Nothing
 * outside of `root` is read: a path or a symbolic link that leaves it is a problem. With `outside: 'named'`, for commands
 * that only look, a path that somebody named elsewhere is read too, and no link leads out of that.
 */
export async function readManifestTree(
  root: string,
  paths: readonly string[],
  { outside = 'refused' }: { readonly outside?: 'refused' | 'named' } = {},
): Promise<ManifestTree> {
  const problems: Problem[] = [];
  let realRoot: string;
  try {
    realRoot = realpathSync.native(root);
  } catch (cause) {
    return { files: [], problems: [systemProblem(cause, root)] };
  }
  const inRoot: Bounds = { folder: realRoot, nameOf: (path) => nameIn(realRoot, path) };
  const found = new Map<string, string>();
  const folders = new Set<string>();

  // Calls that wait are cheaper than promises here: a fleet is many small files, and nothing else is to be done meanwhile.
  const visit = (path: string, shown: string, isNamed: boolean, isLink: boolean, bounds: Bounds): void => {
    try {
      const real = isLink ? realpathSync.native(path) : path;
      if (real !== bounds.folder && !real.startsWith(bounds.folder + sep)) {
        problems.push(leavesRoot(shown));
        return;
      }
      const entry = statSync(real);
      if (entry.isDirectory()) {
        if (folders.has(real)) return;
        folders.add(real);
        for (const child of sortByName(readdirSync(real, { withFileTypes: true }))) {
          const inside = join(real, child.name);
          if (isCandidate(child)) visit(inside, bounds.nameOf(inside), false, child.isSymbolicLink(), bounds);
        }
      } else if (!entry.isFile()) {
        if (isNamed) problems.push({ code: 'unreadable', file: shown, message: NOT_REGULAR });
      } else if (entry.size > MAX_MANIFEST_BYTES) {
        problems.push({ code: 'unreadable', file: shown, message: tooLarge(entry.size) });
      } else if (isNamed || isManifestName(path) || isManifestName(real)) {
        found.set(bounds.nameOf(real), real);
      }
    } catch (cause) {
      problems.push(systemProblem(cause, shown));
    }
  };

  for (const path of paths) {
    const absolute = resolve(root, path);
    const name = nameIn(resolve(root), absolute);
    const isElsewhere = name === '..' || name.startsWith('../') || isAbsolute(name);
    const bounds = isElsewhere && outside === 'named' ? boundsOf(absolute, path) : inRoot;
    // A path that leaves the root is shown as it was given.
    // A link may stand anywhere in a path that somebody gave.
    visit(absolute, isElsewhere ? path : name, true, true, bounds);
  }

  const files: ManifestFile[] = [];
  for (const [file, path] of [...found].sort(([first], [second]) => compareText(first, second))) {
    try {
      const bytes = readRegularFile(path);
      if (bytes === undefined) {
        problems.push({ code: 'unreadable', file, message: NOT_REGULAR });
        continue;
      }
      const read = readManifest(file, bytes);
      if (read.manifest !== undefined) files.push(read.manifest);
      problems.push(...read.problems);
    } catch (cause) {
      problems.push(systemProblem(cause, file));
    }
  }
  return { files, problems };
}

/** What a walk keeps to, and how it names what it finds. */
interface Bounds {
  /** Real path. */
  readonly folder: string;
  nameOf(path: string): string;
}

/** A named folder bounds its own walk, and a named file is all of it; names begin as they were given. */
function boundsOf(absolute: string, given: string): Bounds {
  const folder = existsSync(absolute) ? realpathSync.native(absolute) : absolute;
  return {
    folder,
    nameOf: (path) => (path === folder ? given : `${given.replace(/[\\/]+$/, '')}/${nameIn(folder, path)}`),
  };
}

const NOT_REGULAR = 'is neither a file nor a folder';

/**
 * The bytes of a file that was one when it was listed; undefined where something else took its place since. Opening a pipe
 * would wait for somebody to write, and a link that is new could lead anywhere.
 */
function readRegularFile(path: string): Uint8Array | undefined {
  const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
  const file = openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  try {
    const entry = fstatSync(file);
    if (!entry.isFile() || entry.size > MAX_MANIFEST_BYTES) return undefined;
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function isCandidate(entry: Dirent): boolean {
  if (entry.isDirectory()) return !SKIPPED_FOLDERS.has(entry.name);
  return entry.isSymbolicLink() || (entry.isFile() && isManifestName(entry.name));
}

function isManifestName(path: string): boolean {
  return path.endsWith('.yaml') || path.endsWith('.yml');
}

function nameIn(root: string, path: string): string {
  return relative(root, path).split(sep).join('/') || '.';
}

function leavesRoot(file: string): Problem {
  return { code: 'refused', file, message: 'leads out of the working folder', hint: 'choose the folder with -C' };
}

function systemProblem(cause: unknown, file: string): Problem {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { code: 'not-found', file, message: 'does not exist' };
    case 'EACCES':
    case 'EPERM':
      return { code: 'unreadable', file, message: 'may not be read' };
    case 'ELOOP':
      return { code: 'unreadable', file, message: 'is a symbolic link that leads to itself' };
    default:
      return { code: 'unreadable', file, message: `cannot be read (${String(code ?? cause)})` };
  }
}

function sortByName(entries: readonly Dirent[]): readonly Dirent[] {
  return [...entries].sort((first, second) => compareText(first.name, second.name));
}

/** Order by code unit, the same on every machine whatever its language. */
function compareText(first: string, second: string): number {
  return first < second ? -1 : first > second ? 1 : 0;
}
