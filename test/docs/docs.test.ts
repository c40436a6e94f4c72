import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { JSON_SCHEMA, load } from 'js-yaml';
import { configSchema, historySchema, parseDocument, pinsSchema, recordingSchema } from '../../api/index.ts';
import { CUTS } from '../../report/index.ts';
import { CONFIG_SCHEMA_FILE, configJsonSchema } from '../../scripts/config-json-schema.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'bench/README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

function codeBlocks(page: string, language: string): readonly string[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    (match) => match[1] ?? '',
  );
}

describe('the documentation', () => {
  test.each(pages)('%s links only to what exists', (page) => {
    const text = readFileSync(join(root, page), 'utf8');
    const targets = [...text.matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)].map((match) => match[1] ?? '');
    const local = targets.filter((target) => !/^[a-z]+:/.test(target));
    expect(local.filter((target) => !existsSync(resolve(root, dirname(page), target)))).toEqual([]);
  });

  test('shows a recording and a history that are valid', () => {
    const [recording, history] = codeBlocks('docs/documents.md', 'json').map((block) => JSON.parse(block) as unknown);
    expect(parseDocument(recordingSchema, recording, 'recording')).toMatchObject({ ok: true });
    expect(parseDocument(historySchema, history, 'history')).toMatchObject({ ok: true });
  });

  test('offers editors the schema of the config as it is', () => {
    expect(readFileSync(join(root, CONFIG_SCHEMA_FILE), 'utf8')).toBe(configJsonSchema());
  });

  test('shows guardrails that a config may have', () => {
    const [fleet] = codeBlocks('docs/guardrails.md', 'yaml').map((block) => load(block, { schema: JSON_SCHEMA }));
    const { deployments } = fleet as { readonly deployments: readonly object[] };
    const strategy = { kind: 'dynamo-sla', profile: 'profile.json' };
    const config = {
      ...(fleet as object),
      schemaVersion: 1,
      deployments: deployments.map((one) => ({ ...one, strategy })),
    };
    expect(parseDocument(configSchema, config, 'config')).toMatchObject({ ok: true });
  });

  test('shows settings of proposals that a config may have, with the values that they have anyway', () => {
    const [proposals] = codeBlocks('docs/proposals.md', 'yaml').map((block) => load(block, { schema: JSON_SCHEMA }));
    const config = parseDocument(configSchema, { schemaVersion: 1, ...(proposals as object) }, 'config');
    expect(config).toEqual(parseDocument(configSchema, { schemaVersion: 1 }, 'config'));
  });

  test('shows a policy of auto-merge that a config may have', () => {
    const [, policy] = codeBlocks('docs/proposals.md', 'yaml').map((block) => load(block, { schema: JSON_SCHEMA }));
    const config = parseDocument(configSchema, { schemaVersion: 1, ...(policy as object) }, 'config');
    expect(config).toMatchObject({ ok: true, value: { proposals: { autoMerge: { environments: ['staging'] } } } });
  });

  test('shows parts of a fleet that are all there, counted from 1', () => {
    const blocks = codeBlocks('docs/fleet.md', 'yaml').map((block) =>
      JSON.stringify(load(block, { schema: JSON_SCHEMA })),
    );
    const [job = '', workflow = ''] = blocks.slice(1);
    const { spec } = JSON.parse(job);
    expect(job).toContain(`part=$((JOB_COMPLETION_INDEX + 1))`);
    expect(job).toContain(`--shard \\"$part/${spec.completions}\\"`);
    const { part } = JSON.parse(workflow).jobs.part.strategy.matrix;
    expect(part).toEqual(Array.from({ length: part.length }, (_, index) => index + 1));
    expect(workflow).toContain(`--shard \\"$PART/${part.length}\\"`);
  });

  test('says in which order a body that is too long loses its sections', () => {
    const text = readFileSync(join(root, 'docs/proposals.md'), 'utf8');
    expect([...text.matchAll(/^\d+\. (.*)$/gm)].map(([, what]) => what)).toEqual(CUTS.map(({ what }) => what));
  });

  test('shows pins that are valid', () => {
    const [pins] = codeBlocks('docs/documents.md', 'yaml').map((block) => load(block));
    expect(parseDocument(pinsSchema, pins, 'pins')).toMatchObject({ ok: true });
  });

  test('shows the app and the config that are in the repository', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8').replace(/^ {3}/gm, '');
    const app = readFileSync(join(root, 'apps/chat/main.ts'), 'utf8').replace(/^\/\*\*[\s\S]*?\*\/\n/, '');
    expect(readme).toContain(app.trim());
    expect(codeBlocks('README.md', 'yaml')[0]).toBe(readFileSync(join(root, 'dynamo-gitops.yaml'), 'utf8'));
  });
});
