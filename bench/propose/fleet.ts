import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestOf, type Plan, type PlanTarget, type ScalarLocation, sealPlan } from '../../api/index.ts';
import { locateInteger, readManifest } from '../../manifests/index.ts';

/** Where a graph's numbers stand, and so how much has to be read to edit one. */
export type Shape = 'graph' | 'pins' | 'autoscaler' | 'kustomize';

/** The clock of the bench. */
export const NOW = new Date('2026-11-23T10:00:00.000Z');

/** A graph with two services; comments and flow collections as people write them. */
export function graphFile(name: string, { adapter = false } = {}): string {
  const service = (role: string, replicas: number): readonly string[] => [
    `    ${role}:`,
    '      componentType: worker',
    `      subComponentType: ${role}`,
    adapter ? '      scalingAdapter: {enabled: true}' : `      replicas: ${replicas}   # sized in March`,
    '      resources: {requests: {gpu: "1"}, limits: {gpu: "1"}}',
    '      envFromSecret: hf-token-secret',
    '      extraPodSpec:',
    '        mainContainer:',
    '          image: nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.3.1',
    '          command: [python3, -m, dynamo.vllm]',
    `          args: [--model, nvidia/Llama-3.1-8B-Instruct-FP8, --is-${role}-worker]`,
  ];
  return [
    'apiVersion: nvidia.com/v1alpha1',
    'kind: DynamoGraphDeployment',
    'metadata:',
    `  name: ${name}`,
    '  namespace: serving',
    'spec:',
    '  backendFramework: vllm',
    '  services:',
    ...service('prefill', 2),
    ...service('decode', 4),
    '',
  ].join('\n');
}

function pinsFile(name: string): string {
  return `schemaVersion: 1\ndeployment: ${name}\nenvironment: prod\nservices:\n  prefill:\n    replicas: 2\n  decode:\n    replicas: 4\n`;
}

function scalerFile(name: string, service: string, minReplicas: number): string {
  return [
    'apiVersion: autoscaling/v2',
    'kind: HorizontalPodAutoscaler',
    `metadata: {name: ${name}-${service}, namespace: serving}`,
    'spec:',
    `  scaleTargetRef: {apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeploymentScalingAdapter, name: ${name}-${service}}`,
    `  minReplicas: ${minReplicas}`,
    '  maxReplicas: 100',
    '',
  ].join('\n');
}

interface Member {
  readonly files: { readonly [file: string]: string };
  /** File and path of each number; the first of a service is what reaches the cluster. */
  readonly places: readonly {
    readonly service: 'prefill' | 'decode';
    readonly file: string;
    readonly path: ScalarLocation['path'];
  }[];
  readonly owner: PlanTarget['owner'];
  readonly through: readonly string[] | undefined;
  readonly graphFiles?: readonly string[];
}

const SERVICES = ['prefill', 'decode'] as const;

/** Most graphs of an app, and so of a folder. */
const GRAPHS_PER_APP = 50;

/** The app of `chat-0123`: `app-02`. */
function appOf(name: string): string {
  const index = Math.floor(Number(name.split('-')[1] ?? 0) / GRAPHS_PER_APP);
  return `app-${String(index).padStart(2, '0')}`;
}

function member(shape: Shape, name: string): Member {
  const app = appOf(name);
  const dgd = `dist/prod/${app}/${name}.yaml`;
  const replicas = (service: string): ScalarLocation['path'] => ['spec', 'services', service, 'replicas'];
  switch (shape) {
    case 'graph':
      return {
        files: { [dgd]: graphFile(name) },
        places: SERVICES.map((service) => ({ service, file: dgd, path: replicas(service) })),
        ...{ owner: 'graph', through: undefined },
      };
    case 'pins': {
      const pins = `apps/${app}/pins/prod/${name}.yaml`;
      return {
        files: { [dgd]: graphFile(name), [pins]: pinsFile(name) },
        places: SERVICES.flatMap((service) => [
          { service, file: dgd, path: replicas(service) },
          { service, file: pins, path: ['services', service, 'replicas'] },
        ]),
        ...{ owner: 'graph', through: undefined },
      };
    }
    case 'autoscaler': {
      const scaler = (service: string): string => `dist/prod/${app}/${name}-${service}.yaml`;
      return {
        files: {
          [dgd]: graphFile(name, { adapter: true }),
          ...Object.fromEntries(
            SERVICES.map((service) => [scaler(service), scalerFile(name, service, service === 'prefill' ? 2 : 4)]),
          ),
        },
        places: SERVICES.map((service) => ({ service, file: scaler(service), path: ['spec', 'minReplicas'] })),
        ...{ owner: 'autoscaler', through: undefined, graphFiles: [dgd] },
      };
    }
    case 'kustomize': {
      const base = `base/${app}/${name}`;
      const overlay = `clusters/prod/${app}/${name}`;
      const patch = `${overlay}/replicas.yaml`;
      const files = {
        [`${base}/graph.yaml`]: graphFile(name),
        [`${base}/kustomization.yaml`]: 'resources: [graph.yaml]\n',
        [`${overlay}/kustomization.yaml`]: `resources: [../../../../${base}]\npatches:\n  - path: replicas.yaml\n`,
        [patch]: graphFile(name)
          .split('\n')
          .filter((line) => !/backend|resources|env|extra|main|image|command|args|omponentType/.test(line))
          .join('\n'),
      };
      return {
        files,
        places: SERVICES.map((service) => ({ service, file: patch, path: replicas(service) })),
        ...{ owner: 'graph', through: Object.keys(files) },
      };
    }
  }
}

export interface BenchFleet {
  readonly files: { readonly [file: string]: string };
  /** The plan of some of the graphs, by name. */
  readonly planOf: (names: readonly string[], more?: number) => Plan;
  readonly names: readonly string[];
}

/** Graphs of one shape in so many manifests, pins not counted. */
export function fleetOf(shape: Shape, manifests: number): BenchFleet {
  const each = Object.keys(member(shape, 'chat-0000').files).filter((file) => !file.startsWith('apps/')).length;
  const names = Array.from({ length: manifests / each }, (_, index) => `chat-${String(index).padStart(4, '0')}`);
  const members = new Map(names.map((name) => [name, member(shape, name)]));
  const files = Object.fromEntries([...members.values()].flatMap((one) => Object.entries(one.files)));
  // Digests of files outside of a proposal are never asked for.
  const inputs = Object.keys(files)
    .filter((file) => !file.startsWith('apps/'))
    .map((file) => ({ file, digest: digestOf('manifest') }));
  return {
    ...{ files, names },
    planOf: (wanted, more = 1) =>
      sealPlan({
        ...{
          schemaVersion: 1,
          kind: 'plan',
          targets: wanted.flatMap((name) => targetsOf(name, members.get(name), more)),
        },
        ...{ createdAt: '2026-11-23T09:00:00.000Z', expiresAt: '2026-11-24T09:00:00.000Z', held: [], ledger: [] },
        inputs: {
          config: { file: 'dynamo-gitops.yaml', digest: digestOf('config') },
          metrics: { file: 'metrics/week.json', digest: digestOf('metrics'), source: 'none' },
          ...{ manifests: inputs, profiles: [], status: null, history: null },
        },
      }),
  };
}

function targetsOf(deployment: string, one: Member | undefined, more: number): readonly PlanTarget[] {
  if (one === undefined) throw new Error(`there is no graph ${deployment}`);
  return SERVICES.map((service): PlanTarget => {
    const current = service === 'prefill' ? 2 : 4;
    const locations = one.places
      .filter((place) => place.service === service)
      .map(({ file, path }) => locationOf(file, one.files[file] ?? '', path));
    return {
      ...{ deployment, namespace: 'serving', environment: 'prod', service, role: service, owner: one.owner },
      ...{ current, target: current + more, gpusPerReplica: 1, guardrails: [], locations: [...locations] },
      ...(one.through === undefined ? {} : { through: [...one.through] }),
      ...(one.graphFiles === undefined ? {} : { graphFiles: [...one.graphFiles] }),
      reasons: [{ stage: 'raw', name: 'replicas', value: current + more, explanation: 'demand needs it' }],
    };
  });
}

function locationOf(file: string, text: string, path: ScalarLocation['path']): ScalarLocation {
  const bytes = Buffer.from(text);
  const { manifest } = readManifest(file, bytes);
  const located = manifest === undefined ? undefined : locateInteger(manifest, 0, path);
  if (located?.ok !== true) throw new Error(`no number in ${file}: ${JSON.stringify(located)}`);
  return { file, digest: digestOf(bytes), document: 0, path: [...path], line: located.value.line };
}

/** A repository with these files in one commit on `main`, checked out. */
export function repositoryAt(folder: string, files: { readonly [file: string]: string }, env: NodeJS.ProcessEnv): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  for (const words of [
    ['init', '--quiet', '--initial-branch=main'],
    ['add', '--all'],
    [
      '-c',
      'gc.auto=0',
      '-c',
      'maintenance.auto=false',
      '-c',
      'user.name=Bench',
      '-c',
      'user.email=bench@example.com',
      'commit',
      '--quiet',
      '--message=first',
    ],
    ['gc', '--quiet'],
  ]) {
    const { status, stderr } = spawnSync('git', words, { cwd: folder, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${words.join(' ')}: ${stderr}`);
  }
}
