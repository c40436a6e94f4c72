import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { digestOf, type Plan, type PlanTarget, type ScalarLocation, sealPlan } from '../../api/index.ts';
import { type LocalForge, localForge, openRepository, PROPOSER } from '../../gitops/index.ts';
import { locateInteger, readManifest } from '../../manifests/index.ts';

/** The clock of these tests. */
export const NOW = new Date('2026-09-19T10:00:00.000Z');

const folders: string[] = [];

export function temporaryFolder(name = 'dynamo-gitops-'): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), name));
  folders.push(folder);
  return folder;
}

export function removeTemporaryFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** What git sees: nobody's configuration, and a person who is not the bot. */
export const ENVIRONMENT: { readonly [name: string]: string | undefined } = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Person',
  GIT_AUTHOR_EMAIL: 'person@example.com',
  GIT_COMMITTER_NAME: 'Person',
  GIT_COMMITTER_EMAIL: 'person@example.com',
};

export function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: folder, env: ENVIRONMENT, encoding: 'utf8', stdio: 'pipe' });
}

export function gitFails(folder: string, ...args: readonly string[]): boolean {
  return spawnSync('git', args, { cwd: folder, env: ENVIRONMENT }).status !== 0;
}

export type Files = { readonly [file: string]: string };

export const DGD = 'dist/prod/chat/dynamographdeployment-chat.yaml';
export const PINS = 'apps/chat/pins/prod/chat.yaml';

export function manifestOf(graph: string, replicas: { readonly prefill: number; readonly decode: number }): string {
  return [
    '# Written by hand, and to stay so.',
    'apiVersion: nvidia.com/v1alpha1',
    'kind: DynamoGraphDeployment',
    'metadata:',
    `  name: ${graph}`,
    '  namespace: serving',
    'spec:',
    '  services:',
    '    prefill:',
    `      replicas: ${replicas.prefill}   # sized in March`,
    '    decode:',
    `      replicas: ${replicas.decode}`,
    '',
  ].join('\n');
}

export function pinsOf(graph: string, replicas: { readonly prefill: number; readonly decode: number }): string {
  return [
    'schemaVersion: 1',
    `deployment: ${graph}`,
    'environment: prod',
    'services:',
    '  prefill:',
    `    replicas: ${replicas.prefill}`,
    '  decode:',
    `    replicas: ${replicas.decode}`,
    '',
  ].join('\n');
}

/** The demo graph with two prefill and four decode workers, and a file that no plan speaks of. */
export const CHAT: Files = {
  [DGD]: manifestOf('chat', { prefill: 2, decode: 4 }),
  [PINS]: pinsOf('chat', { prefill: 2, decode: 4 }),
  'README.md': 'Hello.\n',
};

export function writeFiles(folder: string, files: Files): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
}

export function commitAll(folder: string, message: string): string {
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', message);
  return git(folder, 'rev-parse', 'HEAD').trim();
}

/** A repository with one commit on `main`, checked out. */
export function repositoryWith(files: Files, folder = temporaryFolder()): string {
  mkdirSync(folder, { recursive: true });
  // Without the samples of hooks, which take longer to write and to remove than all the rest.
  git(folder, 'init', '--quiet', '--template=', '--initial-branch=main');
  writeFiles(folder, files);
  commitAll(folder, 'first');
  return folder;
}

export async function forgeAt(folder: string): Promise<LocalForge> {
  const repository = await openRepository(folder, ENVIRONMENT);
  if (!repository.ok) throw new Error(JSON.stringify(repository.error));
  return localForge(repository.value, PROPOSER);
}

/** Where a number is, as a planner reads it. */
export function locationOf(
  file: string,
  text: string,
  path: ScalarLocation['path'],
  document = 0,
): { readonly location: ScalarLocation; readonly value: number } {
  const bytes = Buffer.from(text);
  const { manifest, problems } = readManifest(file, bytes);
  if (manifest === undefined) throw new Error(JSON.stringify(problems));
  const located = locateInteger(manifest, document, path);
  if (!located.ok) throw new Error(JSON.stringify(located.error));
  const { line, value } = located.value;
  return { location: { file, digest: digestOf(bytes), document, path: [...path], line }, value };
}

export function targetOf(locations: readonly ScalarLocation[], overrides: Partial<PlanTarget> = {}): PlanTarget {
  return {
    deployment: 'chat',
    namespace: 'serving',
    environment: 'prod',
    service: 'prefill',
    role: 'prefill',
    current: 2,
    target: 3,
    owner: 'graph',
    gpusPerReplica: 1,
    locations: [...locations],
    reasons: [{ stage: 'raw', name: 'replicas', value: 3, explanation: 'demand needs 2.7' }],
    guardrails: [],
    ...overrides,
  };
}

/** Targets for prefill and decode of a graph, in the manifest and in the pins, from what the files say now. */
export function chatTargets(
  files: Files,
  wanted: { readonly prefill: number; readonly decode: number },
  names: { readonly graph: string; readonly manifest: string; readonly pins: string } = {
    graph: 'chat',
    manifest: DGD,
    pins: PINS,
  },
): readonly PlanTarget[] {
  return (['prefill', 'decode'] as const).map((service) => {
    const rendered = locationOf(names.manifest, files[names.manifest] ?? '', ['spec', 'services', service, 'replicas']);
    const pin = locationOf(names.pins, files[names.pins] ?? '', ['services', service, 'replicas']);
    return targetOf([rendered.location, pin.location], {
      ...{ deployment: names.graph, service, role: service },
      ...{ current: rendered.value, target: wanted[service] },
    });
  });
}

/** The config that plans of these tests are made from, unless they say otherwise. */
export const CONFIG = 'schemaVersion: 1\n';

/** The same plan, made from another config. */
export function plannedFrom({ digest: _, ...plan }: Plan, config: string): Plan {
  const { inputs } = plan;
  return sealPlan({ ...plan, inputs: { ...inputs, config: { ...inputs.config, digest: digestOf(config) } } });
}

export function planOf(targets: readonly PlanTarget[], overrides: Partial<Omit<Plan, 'digest'>> = {}): Plan {
  return sealPlan({
    schemaVersion: 1,
    kind: 'plan',
    createdAt: '2026-09-19T09:00:00.000Z',
    expiresAt: '2026-09-20T09:00:00.000Z',
    inputs: {
      config: { file: 'dynamo-gitops.yaml', digest: digestOf(CONFIG) },
      metrics: { file: 'metrics/week.json', digest: digestOf('metrics'), source: 'a recording' },
      manifests: [],
      profiles: [],
      status: null,
      history: null,
    },
    targets: [...targets],
    held: [],
    ledger: [],
    ...overrides,
  });
}

export function chatPlan(wanted: { readonly prefill: number; readonly decode: number }, files: Files = CHAT): Plan {
  return planOf(chatTargets(files, wanted));
}
