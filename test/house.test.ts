import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('..', import.meta.url));
const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');

function lintsCleanly(file: string, source: string): boolean {
  const { stdout } = spawnSync(
    process.execPath,
    [biome, 'lint', `--stdin-file-path=${file}`, '--only=style/noRestrictedImports'],
    { cwd: root, input: source, encoding: 'utf8' },
  );
  return !stdout.includes('noRestrictedImports');
}

/** The arrows of the house: what each room may import. */
const MAY_IMPORT: { readonly [room: string]: readonly string[] } = {
  api: [],
  manifests: ['api'],
  constructs: ['api'],
  planner: ['api'],
  report: ['api'],
  gitops: ['api', 'manifests', 'report'],
};
const ROOMS = [...Object.keys(MAY_IMPORT), 'cli'];

describe('the linter', () => {
  test.each(Object.keys(MAY_IMPORT))('lets %s/ import what lies below it and nothing else', (room) => {
    const allowed = ROOMS.filter((other) =>
      lintsCleanly(`${room}/folder/file.ts`, `import '../../${other}/index.ts';\n`),
    );
    expect(allowed.filter((other) => other !== room).sort()).toEqual([...(MAY_IMPORT[room] ?? [])].sort());
  });

  test('sees types, dynamic imports, deep paths and the package’s own name', () => {
    for (const source of [
      "import type { A } from '../gitops/index.ts';",
      "await import('../gitops/proposal/title.ts');",
      "export * from '../manifests/read/read.ts';",
      "import 'dynamo-gitops/gitops';",
    ]) {
      expect({ source, isClean: lintsCleanly('planner/file.ts', `${source}\n`) }).toEqual({ source, isClean: false });
    }
  });
});

describe('the rooms', () => {
  test('are all known to the rules', () => {
    const config = JSON.parse(readFileSync(join(root, 'tsconfig.build.json'), 'utf8')) as { include: string[] };
    expect([...config.include].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
    const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const others = ['apps', 'bench', 'build', 'cli', 'coverage', 'dist', 'docs', 'node_modules', 'scripts', 'test'];
    const unknown = folders
      .map((folder) => folder.name)
      .filter((name) => !name.startsWith('.') && !others.includes(name));
    expect(unknown.sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });
});
