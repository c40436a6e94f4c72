import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import {
  type DigestPinnedImage,
  Environment,
  isSynthError,
  PLANNER_FORGES,
  PlannerJob,
  type PlannerJobProps,
  plannerWorkflow,
} from 'dynamo-gitops/constructs';
import { load } from 'js-yaml';
import { isObject, type JsonObject, type JsonValue, objectAt, valueAt } from '../../api/index.ts';
import { run } from '../../cli/program.ts';
import { golden, joined, runExample } from './run-example.ts';
import { complaintsOf, removeTemporaryFolders, temporaryApp, temporaryFolder, textOf } from './temporary-app.ts';

afterAll(removeTemporaryFolders);

const IMAGE: DigestPinnedImage = `registry.example/dynamo-gitops@sha256:${'0123456789abcdef'.repeat(4)}`;
const PROPS: PlannerJobProps = {
  image: IMAGE,
  schedule: '17 * * * *',
  repositoryUrl: 'https://git.example/team/models.git',
  readSecret: 'git-read',
  metricsSecret: 'metrics',
  writeSecret: 'git-write',
};

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  readonly manifest: JsonObject;
}

/** The job's containers in the order they run. */
async function stepsOf(props: Partial<PlannerJobProps> = {}): Promise<readonly Step[]> {
  const app = temporaryApp();
  new PlannerJob(new Environment(app, 'prod', { namespace: 'llm-prod' }), 'planner', { ...PROPS, ...props });
  const manifest = load(await textOf(app, 'prod/demo/cronjob-planner.yaml'));
  const pod = objectAt(manifest, 'spec', 'jobTemplate', 'spec', 'template', 'spec');
  return [...listOf(pod?.initContainers), ...listOf(pod?.containers)].map((container) => ({
    name: String(container.name),
    command: (container.command as readonly string[] | undefined) ?? [],
    manifest: container,
  }));
}

function listOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function secretsOf({ manifest }: Step): readonly string[] {
  const names = [
    ...listOf(manifest.env).map((variable) => valueAt(variable, 'valueFrom', 'secretKeyRef', 'name')),
    ...listOf(manifest.envFrom).map((source) => valueAt(source, 'secretRef', 'name')),
  ];
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}

/** Whether the command line knows these words and options; what they are about need not exist. */
async function cliComplaint(words: readonly string[]): Promise<string> {
  let complaint = '';
  await run(words, {
    cwd: temporaryFolder(),
    env: {},
    now: () => new Date('2026-11-02T10:00:00Z'),
    stdout: () => undefined,
    stderr: (text) => {
      complaint += text;
    },
    isTerminal: false,
    onInterrupt: () => () => undefined,
  });
  return complaint;
}

describe('the planner’s CronJob', () => {
  test('is rendered as the example declares it, byte for byte', async () => {
    expect(joined(await runExample('planner-job'))).toBe(golden('example-planner-job'));
  });

  test('gives each step the one secret that it needs, and the cluster’s token to the one that reads the cluster', async () => {
    const steps = await stepsOf();
    expect(steps.map((step) => [step.name, secretsOf(step)])).toEqual([
      ['checkout', ['git-read']],
      ['status', []],
      ['plan', ['metrics']],
      ['propose', ['git-write']],
    ]);
    const withToken = steps.filter(({ manifest }) => JSON.stringify(manifest.volumeMounts).includes('serviceaccount'));
    expect(withToken.map(({ name }) => name)).toEqual(['status']);
  });

  test('runs each step as nobody, on a read-only file system, within limits, from the pinned image', async () => {
    for (const { manifest } of await stepsOf()) {
      expect(manifest).toMatchObject({
        image: IMAGE,
        securityContext: {
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
        },
        resources: { limits: { cpu: '1', memory: '1Gi' } },
      });
    }
  });

  test('may read graphs and what scales them, no secrets, and write nothing', async () => {
    const app = temporaryApp();
    new PlannerJob(new Environment(app, 'prod', { namespace: 'tools' }), 'planner', {
      ...PROPS,
      graphNamespace: 'llm-prod',
    });
    const role = load(await textOf(app, 'prod/demo/llm-prod/role-planner.yaml'));
    const rules = listOf(isObject(role) ? role.rules : undefined);
    expect(new Set(rules.flatMap(({ verbs }) => verbs as readonly string[]))).toEqual(
      new Set(['get', 'list', 'watch']),
    );
    expect(rules.flatMap(({ resources }) => resources as readonly string[])).toEqual([
      'dynamographdeployments',
      'dynamographdeploymentscalingadapters',
      'horizontalpodautoscalers',
      'scaledobjects',
    ]);
    const binding = load(await textOf(app, 'prod/demo/llm-prod/rolebinding-planner.yaml'));
    expect(binding).toMatchObject({ subjects: [{ kind: 'ServiceAccount', name: 'planner', namespace: 'tools' }] });
  });

  test('speaks words that the command line knows', async () => {
    const words =
      (await stepsOf({ recording: 'metrics/week.json' })).find(({ name }) => name === 'plan')?.command ?? [];
    expect(words[0]).toBe('dynamo-gitops');
    const { length } = words.slice(0, 3);
    // Without -C and its folder, which only the job has.
    expect(await cliComplaint(words.slice(length))).toContain('dynamo-gitops.yaml');
    for (const forge of PLANNER_FORGES) {
      expect(await cliComplaint(['propose', 'plan.json', '--forge', forge])).toContain('dynamo-gitops.yaml');
    }
    expect(await cliComplaint(['propose', 'plan.json', '--forge', 'nowhere'])).toContain('--forge');
  });

  test.each([
    ['https://github.com/acme/models.git', 'https://api.github.com'],
    ['https://acme.ghe.com/team/models', 'https://api.acme.ghe.com'],
    ['https://git.example/team/models.git', 'https://git.example/api/v3'],
  ])('proposes pull requests of %s at %s, with the token and no more', async (repositoryUrl, apiUrl) => {
    const steps = await stepsOf({ forge: 'github', repositoryUrl });
    const propose = steps.at(-1);
    expect(propose?.name).toBe('propose');
    expect(propose?.command.at(-1)).toContain('propose "$WORKSPACE/plan.json" --forge github\n');
    expect(propose?.command.at(-1)).not.toContain('git push');
    expect(listOf(propose?.manifest.env).slice(-2)).toEqual([
      { name: 'GITHUB_API_URL', value: apiUrl },
      { name: 'GITHUB_TOKEN', valueFrom: { secretKeyRef: { name: 'git-write', key: 'token' } } },
    ]);
    expect(steps.map((step) => [step.name, secretsOf(step)])).toEqual([
      ['checkout', ['git-read']],
      ['status', []],
      ['plan', ['metrics']],
      ['propose', ['git-write']],
    ]);
  });

  test('tells everything that is wrong at once', async () => {
    const app = temporaryApp();
    const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
    new PlannerJob(prod, 'wrong', {
      image: 'registry.example/dynamo-gitops:latest@sha256:abc',
      schedule: '60 * * * 7',
      timeZone: 'Mars/Olympus',
      repositoryUrl: 'ssh://git@git.example/team/models.git',
      baseBranch: '--upload-pack=x',
      readSecret: 'Read',
      metricsSecret: 'one',
      writeSecret: 'one',
      recording: '../week.json',
      graphNamespace: 'LLM',
    });
    new PlannerJob(prod, 'p'.repeat(53), { ...PROPS, schedule: '@hourly', readSecret: 'git-write' });
    expect(await complaintsOf(app)).toEqual([
      '[prod/wrong] image "registry.example/dynamo-gitops:latest@sha256:abc" is not pinned by its digest, "…@sha256:" and 64 hexadecimal digits',
      '[prod/wrong] schedule "60 * * * 7": "60" is not a minute, which goes from 0 to 59',
      '[prod/wrong] schedule "60 * * * 7": "7" is not a day of the week, which goes from 0 to 6',
      '[prod/wrong] repositoryUrl "ssh://git@git.example/team/models.git": secrets hold a name and a token, so use https://…',
      '[prod/wrong] baseBranch "--upload-pack=x" is not the name of a branch, a tag or a commit',
      '[prod/wrong] readSecret "Read" is not a lower-case DNS name',
      '[prod/wrong] recording "../week.json" is not a path from the repository\'s root',
      '[prod/wrong] graphNamespace "LLM" is not a lower-case DNS label',
      '[prod/wrong] timeZone "Mars/Olympus" is not an IANA time zone, such as "Europe/Berlin"',
      '[prod/wrong] writeSecret and metricsSecret are both "one"; the step that plans must not be able to write',
      `[prod/${'p'.repeat(53)}] "${'p'.repeat(53)}" is not a lower-case DNS label of at most 52 characters, which a CronJob's name must be`,
      `[prod/${'p'.repeat(53)}] schedule "@hourly" must have five fields with one blank between, such as "*/30 * * * *"`,
      `[prod/${'p'.repeat(53)}] writeSecret and readSecret are both "git-write"; only "propose" may hold what writes`,
    ]);
  });

  test('refuses an image without a digest when it is compiled', () => {
    // @ts-expect-error a tag can be moved
    const props: PlannerJobProps = { ...PROPS, image: 'registry.example/dynamo-gitops:1.0.0' };
    expect(props.image).not.toContain('@sha256:');
  });

  test.each([
    ['Europe/Berlin', true],
    ['Etc/UTC', true],
    ['UTC', true],
    ['europe/berlin', false],
    ['+02:00', false],
    ['', false],
  ])('takes the time zone "%s": %s', async (timeZone, isTaken) => {
    const app = temporaryApp();
    new PlannerJob(new Environment(app, 'prod', { namespace: 'llm-prod' }), 'planner', { ...PROPS, timeZone });
    expect((await complaintsOf(app)).length === 0).toBe(isTaken);
  });

  test.each(['* * * * *', '*/5 0-12/3 1,15 JAN-MAR mon', '0 0 31 12 6', '17 6-20 * * MON-FRI'])(
    'takes the schedule %s',
    async (schedule) => {
      const app = temporaryApp();
      new PlannerJob(new Environment(app, 'prod', { namespace: 'llm-prod' }), 'planner', { ...PROPS, schedule });
      expect(await complaintsOf(app)).toEqual([]);
    },
  );

  test.each([
    '',
    '* * * *',
    '* * * * * *',
    '*/0 * * * *',
    '5-1 * * * *',
    '1-2-3 * * * *',
    '5/15 * * * *',
    'x * * * *',
    '* * 0 * *',
    ',1 * * * *',
  ])('refuses the schedule "%s"', async (schedule) => {
    const app = temporaryApp();
    new PlannerJob(new Environment(app, 'prod', { namespace: 'llm-prod' }), 'planner', { ...PROPS, schedule });
    expect((await complaintsOf(app)).join()).toContain('schedule');
  });
});

/** A bare repository with one commit, and commands that the scripts call, as far as a test needs them. */
class Site {
  readonly root = temporaryFolder();
  readonly remote = join(this.root, 'remote.git');
  readonly #bin = join(this.root, 'bin');

  constructor() {
    mkdirSync(this.#bin);
    this.git(this.root, 'init', '--quiet', '--bare', '--initial-branch', 'main', this.remote);
    const first = join(this.root, 'first');
    this.git(this.root, 'clone', '--quiet', this.remote, first);
    this.git(first, 'commit', '--quiet', '--allow-empty', '--message', 'first');
    this.git(first, 'push', '--quiet', 'origin', 'HEAD:main');
  }

  git(cwd: string, ...words: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync('git', words, { cwd, env: this.#env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${words.join(' ')}: ${stderr}`);
    return stdout.trim();
  }

  command(name: string, script: string): void {
    writeFileSync(join(this.#bin, name), `#!/bin/sh\nset -eu\n${script}\n`);
    chmodSync(join(this.#bin, name), 0o755);
  }

  /** Runs a step as the job does, in a workspace of its own. */
  run(step: Step | undefined, workspace: string, env: { readonly [name: string]: string } = {}) {
    const [command = '', ...words] = step?.command ?? [];
    const path = join(this.root, workspace);
    mkdirSync(path, { recursive: true });
    return spawnSync(command, words, {
      cwd: path,
      env: { ...this.#env, WORKSPACE: path, REPOSITORY_URL: this.remote, BASE_BRANCH: 'main', FORGE: 'local', ...env },
      encoding: 'utf8',
    });
  }

  refs(): readonly string[] {
    return this.git(this.remote, 'for-each-ref', '--format=%(refname)').split('\n');
  }

  get #env(): NodeJS.ProcessEnv {
    return {
      PATH: `${this.#bin}:${process.env.PATH ?? ''}`,
      HOME: this.root,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@example.com',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a@example.com',
    };
  }
}

const BRANCH = 'refs/heads/dynamo-gitops/prod/chat';
const RECORD = 'refs/dynamo-gitops/mr/1';
const PROPOSES = `git commit --quiet --allow-empty --message "$RANDOM_WORD"
git update-ref ${BRANCH} HEAD
git update-ref ${RECORD} HEAD`;

describe('the job’s scripts', () => {
  async function steps(): Promise<ReadonlyMap<string, Step>> {
    return new Map((await stepsOf()).map((step) => [step.name, step]));
  }

  test('push a proposal, take it up in the next run, and drop its branch when it is closed', async () => {
    const site = new Site();
    const all = await steps();
    site.command('dynamo-gitops', PROPOSES);
    expect(site.run(all.get('checkout'), 'one')).toMatchObject({ status: 0, stderr: '' });
    expect(site.run(all.get('propose'), 'one', { RANDOM_WORD: 'one' })).toMatchObject({ status: 0, stderr: '' });
    expect(site.refs()).toEqual([RECORD, BRANCH, 'refs/heads/main']);

    // Built anew on the newest base, as a proposal is, and so not a fast-forward.
    expect(site.run(all.get('checkout'), 'two').status).toBe(0);
    expect(site.run(all.get('propose'), 'two', { RANDOM_WORD: 'two' })).toMatchObject({ status: 0, stderr: '' });
    expect(site.git(site.remote, 'log', '--format=%s', BRANCH)).toBe('two\nfirst');

    site.command('dynamo-gitops', `git update-ref -d ${BRANCH}`);
    expect(site.run(all.get('checkout'), 'three').status).toBe(0);
    expect(site.run(all.get('propose'), 'three')).toMatchObject({ status: 0, stderr: '' });
    expect(site.refs()).toEqual([RECORD, 'refs/heads/main']);
  });

  test('push nothing where somebody else moved the branch meanwhile', async () => {
    const site = new Site();
    const all = await steps();
    site.command('dynamo-gitops', PROPOSES);
    site.run(all.get('checkout'), 'one');
    site.run(all.get('propose'), 'one', { RANDOM_WORD: 'one' });
    site.run(all.get('checkout'), 'two');
    const other = join(site.root, 'other');
    site.git(site.root, 'clone', '--quiet', '--branch', 'dynamo-gitops/prod/chat', site.remote, other);
    site.git(other, 'commit', '--quiet', '--allow-empty', '--message', 'by hand');
    site.git(other, 'push', '--quiet');
    const record = site.git(site.remote, 'rev-parse', RECORD);

    expect(site.run(all.get('propose'), 'two', { RANDOM_WORD: 'two' }).status).not.toBe(0);
    expect(site.git(site.remote, 'log', '-1', '--format=%s', BRANCH)).toBe('by hand');
    expect(site.git(site.remote, 'rev-parse', RECORD)).toBe(record);
  });

  test.each([
    [0, ['refs/heads/main']],
    [1, ['refs/heads/main']],
  ])('push nothing where there is nothing, and pass on exit code %i', async (code, refs) => {
    const site = new Site();
    const all = await steps();
    site.command('dynamo-gitops', `exit ${code}`);
    site.run(all.get('checkout'), 'one');
    expect(site.run(all.get('propose'), 'one')).toMatchObject({ status: code, stderr: '' });
    expect(site.refs()).toEqual(refs);
  });

  test('push what was proposed beside what was refused, and fail', async () => {
    const site = new Site();
    const all = await steps();
    site.command('dynamo-gitops', `${PROPOSES}\nexit 3`);
    site.run(all.get('checkout'), 'one');
    expect(site.run(all.get('propose'), 'one', { RANDOM_WORD: 'one' }).status).toBe(3);
    expect(site.refs()).toContain(BRANCH);
  });

  test('read the cluster with KEDA and without', async () => {
    const site = new Site();
    const all = await steps();
    site.command('kubectl', 'if [ "$2" = --raw ]; then exit 0; fi\necho "$@"');
    const read = (workspace: string) => {
      expect(site.run(all.get('status'), workspace, { GRAPH_NAMESPACE: 'llm; rm -rf /' }).status).toBe(0);
      return readFileSync(join(site.root, workspace, 'status.json'), 'utf8');
    };
    expect(read('with')).toBe(
      'get dynamographdeployments.nvidia.com,dynamographdeploymentscalingadapters.nvidia.com,horizontalpodautoscalers.autoscaling,scaledobjects.keda.sh --namespace llm; rm -rf / --output json\n',
    );
    site.command('kubectl', 'if [ "$2" = --raw ]; then exit 1; fi\necho "$@"');
    expect(read('without')).not.toContain('scaledobjects');
  });

  test('answer Git with the name and the token of the secret', async () => {
    const site = new Site();
    const propose = (await steps()).get('propose');
    const variables = Object.fromEntries(
      listOf(propose?.manifest.env).flatMap(({ name, value }) =>
        typeof value === 'string' ? [[String(name), value]] : [],
      ),
    );
    const { stdout } = spawnSync('git', ['credential', 'fill'], {
      input: 'protocol=https\nhost=git.example\n\n',
      env: { PATH: process.env.PATH, ...variables, HOME: site.root, GIT_USERNAME: 'bot', GIT_TOKEN: 'to"k$en' },
      encoding: 'utf8',
    });
    expect(stdout).toContain('username=bot\npassword=to"k$en\n');
  });
});

describe('the planner’s workflow', () => {
  const ACTIONS = {
    checkout: `actions/checkout@${'0'.repeat(40)}`,
    setupNode: `actions/setup-node@${'1'.repeat(40)}`,
    uploadArtifact: `actions/upload-artifact@${'2'.repeat(40)}`,
    downloadArtifact: `actions/download-artifact@${'3'.repeat(40)}`,
  } as const;

  test('is rendered as the example declares it, byte for byte', async () => {
    const { workflow } = await import('./examples/planner-workflow.ts');
    expect(workflow).toBe(golden('example-planner-workflow'));
  });

  test('gives the metrics to one job and the token to the other, and neither more than it needs', async () => {
    const { workflow } = await import('./examples/planner-workflow.ts');
    const value = load(workflow);
    const jobs = objectAt(value, 'jobs');
    expect(valueAt(value, 'permissions')).toEqual({});
    expect(objectAt(jobs, 'plan', 'permissions')).toEqual({ contents: 'read' });
    expect(objectAt(jobs, 'propose', 'permissions')).toEqual({ contents: 'write' });
    const [plan, propose] = [JSON.stringify(jobs?.plan), JSON.stringify(jobs?.propose)];
    expect(plan).toContain('secrets.PROMETHEUS_TOKEN');
    expect(plan).not.toContain('PROPOSAL_TOKEN');
    expect(propose).toContain('secrets.PROPOSAL_TOKEN');
    expect(propose).not.toContain('PROMETHEUS_TOKEN');
    for (const action of workflow.matchAll(/uses: (\S+)/g)) expect(action[1]).toMatch(/@[0-9a-f]{40}$/);
    // A secret in a script would be part of the command, and shown.
    for (const job of [plan, propose]) expect(job).not.toMatch(/"run":"[^"]*\$\{\{/);
  });

  test('opens pull requests with GitHub’s own token and the two permissions that they need', async () => {
    const { workflow } = await import('./examples/planner-workflow-github.ts');
    expect(workflow).toBe(golden('example-planner-workflow-github'));
    const propose = objectAt(load(workflow), 'jobs', 'propose');
    expect(propose?.permissions).toEqual({ contents: 'write', 'pull-requests': 'write' });
    expect(objectAt(load(workflow), 'jobs', 'plan', 'permissions')).toEqual({ contents: 'read' });
    expect(JSON.stringify(propose)).not.toContain('PROMETHEUS_TOKEN');
    const docs = readFileSync(new URL('../../docs/github.md', import.meta.url), 'utf8');
    expect(docs).toContain(workflow);
  });

  test('runs the script of its propose job where GitHub would', async () => {
    const { workflow } = await import('./examples/planner-workflow-github.ts');
    const steps = listOf(objectAt(load(workflow), 'jobs', 'propose')?.steps);
    const script = String(steps.at(-1)?.run);
    const words = script
      .replace('npx --no-install dynamo-gitops ', '')
      .replace('"$RUNNER_TEMP/artifact/plan.json"', 'plan.json');
    expect(await cliComplaint(words.split(' '))).toContain('dynamo-gitops.yaml');
  });

  test('refuses everything that is wrong at once', () => {
    let complaints: readonly string[] = [];
    try {
      plannerWorkflow({
        actions: { ...ACTIONS, checkout: 'actions/checkout@v4' },
        schedule: 'hourly',
        baseBranch: 'main"; rm',
        recording: '/etc/passwd',
        metricsSecrets: ['A', 'prometheus }}'],
        writeTokenSecret: 'A',
        nodeVersion: 'latest',
      });
    } catch (cause) {
      if (!isSynthError(cause)) throw cause;
      complaints = cause.message.split('\n');
    }
    expect(complaints).toEqual([
      '[plannerWorkflow] actions.checkout "actions/checkout@v4" is not pinned by a commit: owner/name@ and 40 hexadecimal digits',
      '[plannerWorkflow] schedule "hourly" must have five fields with one blank between, such as "*/30 * * * *"',
      '[plannerWorkflow] baseBranch "main"; rm" is not the name of a branch, a tag or a commit',
      '[plannerWorkflow] recording "/etc/passwd" is not a path from the repository\'s root',
      '[plannerWorkflow] secret "prometheus }}" is not a name of capitals, digits and underscores',
      '[plannerWorkflow] nodeVersion "latest" is not a version of Node.js',
      '[plannerWorkflow] secret "A" would reach the job that plans, which must not be able to write',
    ]);
  });
});
