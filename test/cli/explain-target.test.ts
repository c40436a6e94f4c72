import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { digestOf, type Plan, type PlanTarget, planSchema, type ScalarLocation } from '../../api/index.ts';
import {
  ENVIRONMENT,
  git,
  NOW,
  planOf,
  removeTemporaryFolders,
  repositoryWith,
  writeFiles,
} from '../gitops/sandbox.ts';
import { busy, recording } from '../planner/traffic-fixture.ts';
import { callCli } from './call.ts';

afterAll(removeTemporaryFolders);

interface Files {
  readonly [file: string]: string;
}

function config(text: string, manifests = 'deploy'): string {
  return `schemaVersion: 1\nmanifests: [${manifests}]\n${text}`;
}

const strategy = 'strategy: {kind: fixed, replicas: {decode: 6}}';

function deployment(more = ''): string {
  return config(`deployments:\n  - {name: chat, environment: prod, namespace: llm-prod, ${strategy}${more}}\n`);
}

async function explained(files: Files, ...words: readonly string[]) {
  const folder = repositoryWith(files);
  const { exitCode, stdout, stderr } = await callCli(['propose', '--explain-target', ...words], {
    cwd: folder,
    env: ENVIRONMENT,
    now: () => NOW,
  });
  return { folder, exitCode, stdout, stderr };
}

/** `decode: file:line path | why`, a line a service. */
async function linesOf(files: Files): Promise<readonly string[]> {
  const { stdout, stderr } = await explained(files, '-o', 'json');
  if (stderr !== '') return [stderr];
  const { targets } = JSON.parse(stdout) as {
    readonly targets: readonly {
      readonly service: string;
      readonly why: string;
      readonly locations: readonly { readonly file: string; readonly line: number; readonly path: string }[];
    }[];
  };
  return targets.map(({ service, why, locations }) =>
    [`${service}:`, ...locations.map(({ file, line, path }) => `${file}:${line} ${path}`), `| ${why}`].join(' '),
  );
}

const DGD = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat}
spec:
  services:
    decode:
      componentType: worker
      subComponentType: decode
      replicas: 4
`;
const KUSTOMIZATION = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n';

/** Only the overlay is among the manifests that the config names. */
const OVERLAY: Files = {
  'dynamo-gitops.yaml': deployment(),
  'base/dgd.yaml': DGD,
  'base/kustomization.yaml': `${KUSTOMIZATION}resources: [dgd.yaml]\n`,
  'deploy/prod/kustomization.yaml': `${KUSTOMIZATION}namespace: llm-prod\nresources: [../../base]\npatches:\n  - path: replicas.yaml\n`,
  'deploy/prod/replicas.yaml': `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat}
spec: {services: {decode: {replicas: 6}}} # ours
`,
};

describe('propose --explain-target', () => {
  test('says which line counts, who owns it, why, and what was passed over', async () => {
    const { exitCode, stdout, stderr } = await explained(OVERLAY);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(`llm-prod/chat/decode (6 now), owned by the graph
  deploy/prod/replicas.yaml:4 spec.services.decode.replicas
  a strategic merge patch in what deploy/prod renders; rendered with another number there, this one changes and nothing else does
  not base/dgd.yaml:9 spec.services.decode.replicas: a later layer writes over its 4
`);
  });

  test('names a graph of the config that nothing renders', async () => {
    const { stdout } = await explained({
      ...OVERLAY,
      'dynamo-gitops.yaml': deployment().replace('name: chat', 'name: other'),
    });
    expect(stdout).toContain('note: deployments[0]: no manifest makes a graph "other" there');
  });
});

const CHART: Files = {
  'charts/chat/Chart.yaml': 'apiVersion: v2\nname: chat\nversion: 1.0.0\n',
  'charts/chat/values.yaml': 'decode:\n  replicas: 2\n  resources:\n    limits: {gpu: "4"}\n',
  'charts/chat/templates/dgd.yaml': `{{- if .Values.decode }}
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata:
  name: {{ .Release.Name }}
  labels:
    {{- include "chat.labels" . | nindent 4 }}
spec:
  services:
    decode:
      componentType: worker
      subComponentType: decode
      replicas: {{ .Values.decode.replicas | int }}
      resources:
        {{- toYaml .Values.decode.resources | nindent 8 }}
{{- end }}
`,
  'charts/chat/envs/prod.yaml': '# sized in March\ndecode:\n  replicas: 6\n',
};

const application = (helm: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: chat, namespace: argocd}
spec:
  destination: {namespace: llm-prod}
  source:
    path: charts/chat
    helm:
${helm}`;

const HELM: Files = {
  ...CHART,
  'dynamo-gitops.yaml': deployment(),
  'deploy/chat.yaml': application('      valueFiles: [envs/prod.yaml]\n'),
};

describe('the number of a Helm release', () => {
  test('is the one that helm itself renders, where it is installed', () => {
    const folder = repositoryWith({
      ...CHART,
      'charts/chat/templates/_helpers.tpl': '{{ define "chat.labels" }}app: chat{{ end }}\n',
    });
    const words = ['template', 'chat', 'charts/chat', '--values', 'charts/chat/envs/prod.yaml'];
    const { error, stdout } = spawnSync('helm', words, { cwd: folder, encoding: 'utf8' });
    if (error !== undefined) {
      process.stderr.write('skipped: helm is not installed\n');
      return;
    }
    expect(stdout).toContain('replicas: 6\n');
  });

  test('is refused where a named template reads it, too', async () => {
    const helpers = '{{ define "chat.labels" }}size: s{{ .Values.decode.replicas }}{{ end }}\n';
    expect((await linesOf({ ...HELM, 'charts/chat/templates/_helpers.tpl': helpers }))[0]).toContain(
      'the chart reads decode.replicas in 2 places',
    );
    // The same where the chart lies among the manifests.
    const text = deployment().replace('[deploy]', '[deploy, charts]');
    const files = { ...HELM, 'charts/chat/templates/_helpers.tpl': helpers, 'dynamo-gitops.yaml': text };
    expect((await linesOf(files))[0]).toContain('the chart reads decode.replicas in 2 places');
  });

  test('is that of the value file that the Application chooses last', async () => {
    expect(await linesOf(HELM)).toEqual([
      'decode: charts/chat/envs/prod.yaml:3 decode.replicas | Helm values in what charts/chat by Application "chat" renders; rendered with another number there, this one changes and nothing else does',
    ]);
    expect((await linesOf({ ...HELM, 'deploy/chat.yaml': application('      valueFiles: []\n') }))[0]).toContain(
      'decode: charts/chat/values.yaml:2 decode.replicas |',
    );
  });

  test('is edited inside the Application where that holds it', async () => {
    const object = application('      valueFiles: [envs/prod.yaml]\n      valuesObject: {decode: {replicas: 7}}\n');
    expect((await linesOf({ ...HELM, 'deploy/chat.yaml': object }))[0]).toContain(
      'decode: deploy/chat.yaml:10 spec.source.helm.valuesObject.decode.replicas |',
    );
    const block = application('      values: |\n        decode:\n          replicas: 7\n');
    expect((await linesOf({ ...HELM, 'deploy/chat.yaml': block }))[0]).toContain(
      'decode: deploy/chat.yaml:11 spec.source.helm.values.decode.replicas |',
    );
    const quoted = application('      values: "decode:\\n  replicas: 7\\n"\n');
    expect((await linesOf({ ...HELM, 'deploy/chat.yaml': quoted }))[0]).toContain(
      'is YAML inside a text that is no literal block',
    );
    const parameter = application('      parameters: [{name: decode.replicas, value: "7"}]\n');
    expect((await linesOf({ ...HELM, 'deploy/chat.yaml': parameter }))[0]).toContain(
      'is the text "7" in quotes, not a number',
    );
  });

  test.each([
    [
      'a value that is read twice',
      '{{ .Values.decode.replicas }}\n      minAvailable: {{ .Values.decode.replicas }}',
      'the chart reads decode.replicas in 2 places, so an edit may change more',
    ],
    [
      'arithmetic',
      '{{ mul .Values.decode.replicas 2 }}',
      '{{ mul .Values.decode.replicas 2 }} is more than a plain reference to a value',
    ],
    [
      'a default that the template writes',
      '{{ .Values.decode.count | default 3 }}',
      'the template writes it itself; make it a value of the chart, or map it in the config',
    ],
    [
      'a loop',
      '{{ range .Values.decode.list }}{{ . }}{{ end }}',
      '{{ range .Values.decode.list }} is more than a plain reference to a value',
    ],
    [
      'a condition on the number',
      '{{ .Values.decode.replicas }}{{ if .Values.decode.replicas }}\n      x: 1{{ end }}',
      'the template also decides by decode.replicas what it renders',
    ],
  ])('is refused where the template has %s', async (_name, replicas, reason) => {
    const template = (HELM['charts/chat/templates/dgd.yaml'] ?? '').replace(
      '{{ .Values.decode.replicas | int }}',
      replicas,
    );
    const { stdout } = await explained({ ...HELM, 'charts/chat/templates/dgd.yaml': template }, '-o', 'json');
    const reasons = JSON.parse(stdout);
    // A graph that cannot be rendered is none, and its chart says why.
    expect(JSON.stringify([reasons.targets, reasons.notes])).toContain(JSON.stringify(reason).slice(1, -1));
  });

  test('is where the config maps it, if that agrees with what was rendered', async () => {
    const rendered =
      '---\n# Source: chat/templates/dgd.yaml\n' +
      DGD.replace('name: chat', 'name: chat, namespace: llm-prod').replace('replicas: 4', 'replicas: 6');
    const files = { ...CHART, 'deploy/rendered.yaml': rendered };
    expect((await linesOf({ ...files, 'dynamo-gitops.yaml': deployment() }))[0]).toContain(
      'refused: deploy/rendered.yaml is the output of "helm template" (chat/templates/dgd.yaml); edit the values of that chart',
    );
    const target = (file: string) =>
      deployment(`, services: {decode: {target: {file: ${file}, path: decode.replicas}}}`);
    expect(await linesOf({ ...files, 'dynamo-gitops.yaml': target('charts/chat/envs/prod.yaml') })).toEqual([
      'decode: charts/chat/envs/prod.yaml:3 decode.replicas | dynamo-gitops.yaml maps it there',
    ]);
    expect((await linesOf({ ...files, 'dynamo-gitops.yaml': target('charts/chat/values.yaml') }))[0]).toContain(
      'charts/chat/values.yaml:2 says 2, and the graph in deploy/rendered.yaml has 6',
    );
    expect((await linesOf({ ...files, 'dynamo-gitops.yaml': target('gone.yaml') }))[0]).toContain(
      'which is not in the repository',
    );
  });

  test('of two services mapped to one value is neither’s, and both are named', async () => {
    const two = `${DGD}    prefill: {componentType: worker, subComponentType: prefill, replicas: 4}\n`;
    const target = '{target: {file: v.yaml, path: "workers[name=all].n"}}';
    const other = '{target: {file: v.yaml, path: "workers[0].n"}}';
    const lines = await linesOf({
      'dynamo-gitops.yaml': deployment(`, services: {decode: ${target}, prefill: ${other}}`),
      'deploy/dgd.yaml': two.replace('name: chat', 'name: chat, namespace: llm-prod'),
      'v.yaml': 'workers: [{name: all, n: 4}]\n',
    });
    expect(lines).toEqual([
      'decode: | refused: v.yaml:1 is the number of llm-prod/chat/decode and of llm-prod/chat/prefill; give each its own',
      'prefill: | refused: v.yaml:1 is the number of llm-prod/chat/prefill and of llm-prod/chat/decode; give each its own',
    ]);
  });
});

describe('output is never edited', () => {
  const plain = {
    'dynamo-gitops.yaml': deployment(),
    'deploy/a/dgd.yaml': DGD.replace('name: chat', 'name: chat, namespace: llm-prod'),
  };

  test.each<[string, Files, string]>([
    [
      'a header',
      { 'deploy/a/dgd.yaml': `# Code generated by render. DO NOT EDIT.\n${plain['deploy/a/dgd.yaml']}` },
      'deploy/a/dgd.yaml is generated ("# Code generated by render. DO NOT EDIT.")',
    ],
    [
      '.gitattributes',
      { '.gitattributes': '* text=auto\ndeploy/** linguist-generated=true\n' },
      'is marked linguist-generated in .gitattributes:2',
    ],
    [
      '.gitattributes of its own folder',
      { 'deploy/.gitattributes': '*.yaml linguist-generated\n' },
      'is marked linguist-generated in deploy/.gitattributes:1',
    ],
    [
      'a source hydrator',
      { 'deploy/a/hydrator.metadata': '{"repoURL": "https://git.example.com/dry", "drySha": "abc123"}' },
      'is written by a source hydrator (deploy/a/hydrator.metadata beside it); edit the dry source that it renders, https://git.example.com/dry at abc123',
    ],
    [
      'this tool, whose pins are elsewhere',
      {
        'deploy/a/dgd.yaml': `# Generated by dynamo-gitops synth from apps/chat. Do not edit.\n${plain['deploy/a/dgd.yaml']}`,
      },
      'is rendered from apps/chat, and its pins',
    ],
  ])('of %s', async (_name, files, reason) => {
    expect((await linesOf({ ...plain, ...files }))[0]).toContain(reason);
  });

  test('and a later line of .gitattributes may take the mark away', async () => {
    const attributes = 'deploy/** linguist-generated\ndeploy/a/*.yaml -linguist-generated\n';
    expect((await linesOf({ ...plain, '.gitattributes': attributes }))[0]).toContain('decode: deploy/a/dgd.yaml:9');
  });
});

describe('a proposal', () => {
  /** The plan that planning would make of the located number. */
  function planFor(
    folder: string,
    location: Omit<ScalarLocation, 'digest'>,
    through: readonly string[],
    more: Partial<PlanTarget> = {},
  ): Plan {
    const digest = digestOf(readFileSync(join(folder, location.file)));
    const target: PlanTarget = {
      ...{ deployment: 'chat', namespace: 'llm-prod', environment: 'prod', service: 'decode', role: 'decode' },
      ...{ current: 6, target: 9, owner: 'graph', gpusPerReplica: 1, reasons: [], guardrails: [] },
      locations: [{ ...location, digest }],
      through: [...through],
      ...more,
    };
    const config = { file: 'dynamo-gitops.yaml', digest: digestOf(readFileSync(join(folder, 'dynamo-gitops.yaml'))) };
    return planOf([target], { inputs: { ...planOf([target]).inputs, config } });
  }

  const OVERLAY_FILES = [
    'base/dgd.yaml',
    'base/kustomization.yaml',
    'deploy/prod/kustomization.yaml',
    'deploy/prod/replicas.yaml',
  ];

  async function proposed(folder: string, plan: Plan) {
    writeFiles(folder, { 'plan.json': JSON.stringify(plan) });
    return callCli(['propose', 'plan.json'], { cwd: folder, env: ENVIRONMENT, now: () => NOW });
  }

  test('edits the patch of an overlay, and one line of it', async () => {
    const folder = repositoryWith(OVERLAY);
    const path = ['spec', 'services', 'decode', 'replicas'];
    const plan = planFor(folder, { file: 'deploy/prod/replicas.yaml', document: 0, path, line: 4 }, OVERLAY_FILES);
    const { exitCode, stderr } = await proposed(folder, plan);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(git(folder, 'diff', '--numstat', 'main', 'dynamo-gitops/prod/chat')).toBe(
      '1\t1\tdeploy/prod/replicas.yaml\n',
    );
    expect(git(folder, 'show', 'dynamo-gitops/prod/chat:deploy/prod/replicas.yaml')).toContain(
      '{replicas: 9}}} # ours',
    );
  });

  test('does not edit a number that an overlay writes over, whatever a plan says', async () => {
    const folder = repositoryWith(OVERLAY);
    const path = ['spec', 'services', 'decode', 'replicas'];
    const plan = planFor(folder, { file: 'base/dgd.yaml', document: 0, path, line: 9 }, OVERLAY_FILES, { current: 4 });
    expect((await proposed(folder, plan)).stderr).toContain(
      'is not the number of prod/chat/decode in namespace "llm-prod"; the plan may not edit it',
    );
  });

  test('edits a mapped number where the config of the base maps it, and nowhere else', async () => {
    const folder = repositoryWith({
      'dynamo-gitops.yaml': deployment(', services: {decode: {target: {file: v.yaml, path: decode.count}}}'),
      'deploy/dgd.yaml': DGD.replace('name: chat', 'name: chat, namespace: llm-prod').replace(
        'replicas: 4',
        'replicas: 6',
      ),
      'v.yaml': 'decode: {count: 6}\nother: {count: 6}\n',
    });
    const through = ['deploy/dgd.yaml', 'dynamo-gitops.yaml'];
    const other = planFor(folder, { file: 'v.yaml', document: 0, path: ['other', 'count'], line: 2 }, through);
    expect((await proposed(folder, other)).stderr).toContain('is not the number of prod/chat/decode');
    const plan = planFor(folder, { file: 'v.yaml', document: 0, path: ['decode', 'count'], line: 1 }, through);
    expect((await proposed(folder, plan)).exitCode).toBe(0);
    expect(git(folder, 'show', 'dynamo-gitops/prod/chat:v.yaml')).toBe('decode: {count: 9}\nother: {count: 6}\n');
  });

  test('does not edit output, though a plan asks for it', async () => {
    const text = `# Code generated by render. DO NOT EDIT.\n${DGD.replace('name: chat', 'name: chat, namespace: llm-prod')}`;
    const folder = repositoryWith({ 'dynamo-gitops.yaml': deployment(), 'deploy/dgd.yaml': text });
    const path = ['spec', 'services', 'decode', 'replicas'];
    const plan = planFor(folder, { file: 'deploy/dgd.yaml', document: 0, path, line: 10 }, [], { current: 4 });
    const targets = plan.targets.map(({ through: _through, ...target }) => target);
    expect((await proposed(folder, planOf(targets, { inputs: plan.inputs }))).stderr).toContain(
      'deploy/dgd.yaml is generated',
    );
  });
});

describe('files that no plan may edit', () => {
  const dgd = DGD.replace('name: chat', 'name: chat, namespace: llm-prod');
  const mapped = (file: string): string => deployment(`, services: {decode: {target: {file: ${file}, path: decode}}}`);

  test.each([
    ['.github/numbers.yaml', 'lies in or is ".github", which belongs to git or to the forge'],
    ['.gitlab-ci.yml', 'belongs to git or to the forge'],
    ['ops/CODEOWNERS', 'says who reviews, so no plan may change it'],
  ])('are not edited where the config maps a number to %s', async (file, reason) => {
    const files = { 'dynamo-gitops.yaml': mapped(file), 'deploy/dgd.yaml': dgd, [file]: 'decode: 4\n' };
    expect((await linesOf(files))[0]).toContain(reason);
  });

  test.each(['../elsewhere.yaml', '/etc/numbers.yaml', 'a/./b.yaml', 'a/.git/b.yaml'])(
    'are not named by %s',
    async (file) => {
      const lines = await linesOf({ 'dynamo-gitops.yaml': mapped(file), 'deploy/dgd.yaml': dgd });
      expect(lines[0]).toContain('services.decode.target.file: must be a relative path inside the repository');
    },
  );

  test('are not reached through a symbolic link of an overlay', async () => {
    const folder = repositoryWith(OVERLAY);
    rmSync(join(folder, 'deploy/prod/replicas.yaml'));
    writeFiles(folder, { 'real.yaml': OVERLAY['deploy/prod/replicas.yaml'] ?? '' });
    symlinkSync('../../real.yaml', join(folder, 'deploy/prod/replicas.yaml'));
    const { stdout } = await callCli(['propose', '--explain-target'], {
      cwd: folder,
      env: ENVIRONMENT,
      now: () => NOW,
    });
    expect(stdout).toContain('names the patch replicas.yaml, which cannot be read');
  });
});

describe('docs/targets.md', () => {
  const page = readFileSync(new URL('../../docs/targets.md', import.meta.url), 'utf8');
  const block = (language: string): string =>
    new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(page)?.[1] ?? '';

  test('shows what the command prints', async () => {
    const {
      'deploy/prod/replicas.yaml': patch = '',
      'deploy/prod/kustomization.yaml': overlay = '',
      ...others
    } = OVERLAY;
    const { stdout } = await explained({
      ...others,
      'deploy/prod/p.yaml': patch.replace('6', '5'),
      'deploy/prod/kustomization.yaml': overlay.replace('replicas.yaml', 'p.yaml'),
    });
    expect(block('text')).toBe(stdout);
  });

  test('shows a mapping that works', async () => {
    const rendered = `# Source: chat/templates/dgd.yaml\n${DGD.replace('name: chat', 'name: chat, namespace: llm-prod').replace('4', '6')}`;
    const lines = await linesOf({ ...CHART, 'rendered/dgd.yaml': rendered, 'dynamo-gitops.yaml': block('yaml') });
    expect(lines).toEqual(['decode: charts/chat/envs/prod.yaml:3 decode.replicas | dynamo-gitops.yaml maps it there']);
  });
});

describe('from a plan to a merge', () => {
  const recorded = JSON.stringify(
    recording([{ name: 'chat', namespace: 'llm-prod', environment: 'prod', buckets: [busy(), busy()] }]),
  );
  const at = new Date('2026-01-01T00:02:00Z');

  /** Plans, proposes, merges and plans again; says what changed and what is left to change. */
  async function loop(
    files: Files,
  ): Promise<{ readonly numstat: string; readonly line: string; readonly again: readonly string[] }> {
    const text = deployment().replace('decode: 6', 'decode: 12');
    const folder = repositoryWith({ ...files, 'dynamo-gitops.yaml': text, '.gitignore': 'plan.json\nmetrics.json\n' });
    writeFiles(folder, { 'metrics.json': recorded });
    const call = (...words: readonly string[]) => callCli(words, { cwd: folder, env: ENVIRONMENT, now: () => at });
    const plan = async (): Promise<Plan> => {
      const { stderr } = await call('plan', '--metrics', 'metrics.json', '--out', 'plan.json');
      expect(stderr).not.toContain('error');
      return planSchema.parse(JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')));
    };
    expect((await plan()).held).toEqual([]);
    const { exitCode, stderr } = await call('propose', 'plan.json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const branch = 'dynamo-gitops/prod/chat';
    const numstat = git(folder, 'diff', '--numstat', 'main', branch);
    const line = git(folder, 'diff', '-U0', 'main', branch)
      .split('\n')
      .filter((one) => /^\+[^+]/.test(one))
      .join('\n');
    git(folder, 'merge', '--quiet', branch);
    const again = (await plan()).targets.map(({ service, current, target }) => `${service} ${current}→${target}`);
    return { numstat, line, again };
  }

  test('a number in a patch of an overlay', async () => {
    expect(await loop(OVERLAY)).toEqual({
      numstat: '1\t1\tdeploy/prod/replicas.yaml\n',
      line: '+spec: {services: {decode: {replicas: 12}}} # ours',
      again: ['decode 12→12'],
    });
  });

  test('a number in the values of a release', async () => {
    expect(await loop(HELM)).toEqual({
      numstat: '1\t1\tcharts/chat/envs/prod.yaml\n',
      line: '+  replicas: 12',
      again: ['decode 12→12'],
    });
  });

  test('a number in an Application, inside a block of text', async () => {
    const values = application('      values: |\n        decode:\n          replicas: 7 # inline\n');
    expect(await loop({ ...HELM, 'deploy/chat.yaml': values })).toEqual({
      numstat: '1\t1\tdeploy/chat.yaml\n',
      line: '+          replicas: 12 # inline',
      again: ['decode 12→12'],
    });
  });
});
