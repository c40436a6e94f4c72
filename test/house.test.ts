import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('..', import.meta.url));
const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');

/** The arrows of the house: what each room may import. */
const MAY_IMPORT: { readonly [room: string]: readonly string[] } = {
  api: [],
  manifests: ['api'],
  constructs: ['api'],
  planner: ['api'],
  report: ['api'],
  lint: ['api', 'manifests'],
  gitops: ['api', 'manifests', 'lint', 'report'],
};
const ROOMS = [...Object.keys(MAY_IMPORT), 'cli'];

const FORMS: readonly string[] = [
  "import type { A } from '../gitops/index.ts';",
  "await import('../gitops/proposal/title.ts');",
  "export * from '../manifests/read/read.ts';",
  "import 'dynamo-gitops/gitops';",
];

describe('the linter', () => {
  let folder = '';
  let refused: ReadonlySet<string> = new Set();

  // One run over every arrow that could be drawn, in a copy that has the rules and nothing else.
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'house-'));
    copyFileSync(join(root, 'biome.json'), join(folder, 'biome.json'));
    const write = (file: string, source: string) => {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `${source}\n`);
    };
    for (const from of Object.keys(MAY_IMPORT)) {
      for (const to of ROOMS) write(`${from}/folder/${to}.ts`, `import '../../${to}/index.ts';`);
    }
    FORMS.forEach((source, index) => {
      write(`planner/form-${index}.ts`, source);
    });
    const { stdout } = spawnSync(
      process.execPath,
      [biome, 'lint', '--only=style/noRestrictedImports', '--reporter=json', '--max-diagnostics=none'],
      { cwd: folder, encoding: 'utf8' },
    );
    const report = JSON.parse(stdout) as { diagnostics: { category: string; location: { path: string } }[] };
    const found = report.diagnostics.filter((one) => one.category === 'lint/style/noRestrictedImports');
    refused = new Set(found.map((one) => one.location.path));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(Object.entries(MAY_IMPORT))('lets %s/ import %j and no other room', (room, below) => {
    const others = ROOMS.filter((other) => other !== room);
    const allowed = others.filter((other) => !refused.has(`${room}/folder/${other}.ts`));
    expect(allowed.sort()).toEqual([...below].sort());
  });

  test.each(FORMS.map((source, index) => [source, index] as const))('sees an arrow drawn as %s', (_source, index) => {
    expect(refused).toContain(`planner/form-${index}.ts`);
  });
});

describe('the rooms', () => {
  test('are all known to the rules', () => {
    const config = JSON.parse(readFileSync(join(root, 'tsconfig.build.json'), 'utf8')) as { include: string[] };
    expect([...config.include].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
    const others = [
      'action',
      'apps',
      'bench',
      'build',
      'cli',
      'coverage',
      'dist',
      'docs',
      'node_modules',
      'scripts',
      'test',
    ];
    const rooms = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .filter((name) => !others.includes(name));
    expect(rooms.sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });
});
