import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, test } from '@jest/globals';
import { evaluate } from '@marcbachmann/cel-js';
import { Chart, App as PlainApp, Testing } from 'cdk8s';
import {
  APPLICATION_HEALTH_LUA,
  type App,
  ArgoCdApplication,
  type ArgoCdApplicationProps,
  ArgoCdApplicationSet,
  ArgoCdHealthChecks,
  argoCdHealthEntries,
  argoCdHealthPatch,
  Duration,
  Environment,
  FluxGitRepository,
  FluxKustomization,
  Gpu,
  GRAPH_HEALTH_CEL,
  GRAPH_HEALTH_LUA,
  GraphDeployment,
} from 'dynamo-gitops/constructs';
import { load } from 'js-yaml';
import { type DynamoApiVersion, isObject, type JsonObject, type JsonValue, objectAt } from '../../api/index.ts';
import { HEALTH_CASES, type HealthCase } from './health-cases.ts';
import { golden, joined, runExample } from './run-example.ts';
import { complaintsOf, removeTemporaryFolders, temporaryApp, textOf } from './temporary-app.ts';

afterAll(removeTemporaryFolders);

const LUA = ['lua5.1', 'lua51'].find((name) => spawnSync(name, ['-v']).status === 0);
const JQ = spawnSync('jq', ['--version']).status === 0;
const testWithLua = LUA === undefined ? test.skip : test;
const testWithJq = JQ ? test : test.skip;
if (LUA === undefined)
  process.stderr.write('skipped: Lua 5.1 is not here (apt-get install lua5.1), so no health check in Lua is run\n');
if (!JQ) process.stderr.write('skipped: jq is not here, so no jq path is run\n');

const REPO = 'https://git.example/team/models.git';

function manifest(text: string): JsonObject {
  const value = load(text);
  if (!isObject(value)) throw new Error('not a manifest');
  return value;
}

function objectOf({ status, generation = 2 }: HealthCase): JsonObject {
  return {
    apiVersion: 'nvidia.com/v1alpha1',
    kind: 'DynamoGraphDeployment',
    metadata: { name: 'chat', generation },
    ...(status === undefined ? {} : { status }),
  };
}

/** A value as Lua writes it; text byte by byte, so that nothing in it can end the literal. */
function luaLiteral(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return 'nil';
  if (typeof value === 'string')
    return `"${[...Buffer.from(value)].map((byte) => `\\${String(byte).padStart(3, '0')}`).join('')}"`;
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `{${value.map(luaLiteral).join(',')}}`;
  return `{${Object.entries(value)
    .map(([key, item]) => `[${luaLiteral(key)}]=${luaLiteral(item)}`)
    .join(',')}}`;
}

/** Runs scripts as Argo CD does: the base and table libraries, the object in `obj`, one state for each. */
function runLua(script: string, objects: readonly JsonObject[]): readonly { status: string; message: string }[] {
  const program = `
    local script = ${luaLiteral(script)}
    for _, object in ipairs(${luaLiteral(objects)}) do
      local health = setfenv(assert(loadstring(script)), {
        obj = object, ipairs = ipairs, pairs = pairs, tonumber = tonumber, tostring = tostring, type = type, table = table,
      })()
      print(health.status .. "\\t" .. health.message)
    end`;
  const { stdout, stderr, status } = spawnSync(LUA ?? '', ['-'], { input: program, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [health = '', message = ''] = line.split('\t');
      return { status: health, message };
    });
}

/** Asks expressions as Flux does (fluxcd/pkg, runtime/cel): in this order, and an error means to wait. */
function fluxHealth(object: JsonObject): HealthCase['health'] {
  const context = { metadata: object.metadata, ...(object.status === undefined ? {} : { status: object.status }) };
  try {
    if (evaluate(GRAPH_HEALTH_CEL.inProgress, context) === true) return 'Progressing';
    if (evaluate(GRAPH_HEALTH_CEL.failed, context) === true) return 'Degraded';
    return evaluate(GRAPH_HEALTH_CEL.current, context) === true ? 'Healthy' : 'Progressing';
  } catch {
    return 'Progressing';
  }
}

describe('whether a graph serves', () => {
  testWithLua('is told to Argo CD by a script of Lua 5.1, with a message', () => {
    const told = runLua(GRAPH_HEALTH_LUA, HEALTH_CASES.map(objectOf));
    expect(told.map((health, index) => ({ name: HEALTH_CASES[index]?.name, ...health }))).toEqual(
      HEALTH_CASES.map(({ name, health, message }) => ({ name, status: health, message })),
    );
  });

  test.each(HEALTH_CASES)('is told to Flux in CEL: $name', (example) => {
    expect(fluxHealth(objectOf(example))).toBe(example.health);
  });

  test.each(HEALTH_CASES.filter(({ status }) => status !== undefined))(
    'is told to Flux without a missing field, which would hide a mistake: $name',
    (example) => {
      const { metadata, status } = objectOf(example);
      expect(typeof evaluate(GRAPH_HEALTH_CEL.inProgress, { metadata, status })).toBe('boolean');
      expect(typeof evaluate(GRAPH_HEALTH_CEL.current, { metadata, status: { state: '', ...objectAt(status) } })).toBe(
        'boolean',
      );
    },
  );

  test('has cases for each verdict, and one for each verdict of an operator that reports no generation', () => {
    const verdicts = (cases: readonly HealthCase[]) => new Set(cases.map(({ health }) => health));
    expect(verdicts(HEALTH_CASES).size).toBe(3);
    expect(verdicts(HEALTH_CASES.filter(({ status }) => status?.observedGeneration === undefined)).size).toBe(3);
  });

  testWithLua('an Application is as healthy as it says', () => {
    const app = (status?: JsonObject): JsonObject => ({ metadata: { name: 'chat' }, ...(status && { status }) });
    const objects = [
      app(),
      app({}),
      app({ health: { status: 'Degraded', message: 'no' } }),
      app({ health: { status: 'Healthy' } }),
    ];
    expect(runLua(APPLICATION_HEALTH_LUA, objects).map(({ status }) => status)).toEqual([
      'Progressing',
      'Progressing',
      'Degraded',
      'Healthy',
    ]);
  });

  test('is an entry of argocd-cm, and a patch for one that somebody else keeps', async () => {
    const app = temporaryApp();
    new ArgoCdHealthChecks(new Environment(app, 'delivery', { namespace: 'argocd' }), 'health');
    const text = await textOf(app, 'delivery/demo/configmap-argocd-cm.yaml');
    expect(text).toBe(golden('argo-cd-health'));
    expect(manifest(text).data).toEqual(argoCdHealthEntries());
    expect(manifest(argoCdHealthPatch({ applications: false }))).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'argocd-cm' },
      data: { 'resource.customizations.health.nvidia.com_DynamoGraphDeployment': GRAPH_HEALTH_LUA },
    });
  });
});

function declareGraph(app: App): Environment {
  const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
  const graph = new GraphDeployment(prod, 'chat', {
    backend: 'vllm',
    model: 'Qwen/Qwen3-8B',
    image: 'registry.example/vllm-runtime:1.4.0',
  });
  graph.addFrontend();
  graph.addPrefill({ gpus: Gpu.count(1), replicas: 2 });
  graph.addDecode({ gpus: Gpu.count(1), scalingAdapter: true });
  return prod;
}

async function applicationOf(
  apiVersion: DynamoApiVersion,
  props: Partial<ArgoCdApplicationProps> = {},
): Promise<JsonObject> {
  const app = temporaryApp({}, { apiVersion });
  const folder = declareGraph(app);
  const delivery = new Environment(app, 'delivery', { namespace: 'argocd' });
  new ArgoCdApplication(delivery, 'chat', { folder, repoUrl: REPO, ...props });
  return manifest(await textOf(app, 'delivery/demo/application-demo-prod.yaml'));
}

function syncOptionsOf(application: JsonObject): unknown {
  return objectAt(application, 'spec', 'syncPolicy')?.syncOptions;
}

describe('an Argo CD Application', () => {
  test('ignores, and leaves alone, the replicas of scaled services in the map of v1alpha1', async () => {
    const application = await applicationOf('v1alpha1');
    expect(objectAt(application, 'spec')?.ignoreDifferences).toEqual([
      {
        group: 'nvidia.com',
        kind: 'DynamoGraphDeployment',
        name: 'chat',
        namespace: 'llm-prod',
        jsonPointers: ['/spec/services/decode/replicas'],
      },
    ]);
    expect(syncOptionsOf(application)).toEqual(['ServerSideApply=true', 'RespectIgnoreDifferences=true']);
  });

  test('ignores the replicas of scaled services in the list of v1beta1, and lets a sync through to all else', async () => {
    const application = await applicationOf('v1beta1');
    expect(objectAt(application, 'spec')?.ignoreDifferences).toMatchObject([
      { name: 'chat', jqPathExpressions: ['.spec.components[] | select(.name == "decode") | .replicas'] },
    ]);
    expect(syncOptionsOf(application)).toEqual(['ServerSideApply=true']);
  });

  testWithJq('ignores by a jq path that takes out those replicas and nothing else', async () => {
    const application = await applicationOf('v1beta1');
    const [ignored] = load(JSON.stringify(objectAt(application, 'spec')?.ignoreDifferences)) as [
      { jqPathExpressions: [string] },
    ];
    const live = {
      spec: {
        components: [
          { name: 'decode', replicas: 3, scalingAdapter: {} },
          { name: 'prefill', replicas: 2 },
        ],
      },
    };
    const { stdout } = spawnSync('jq', ['-c', `del(${ignored.jqPathExpressions[0]})`], {
      input: JSON.stringify(live),
      encoding: 'utf8',
    });
    expect(JSON.parse(stdout)).toEqual({
      spec: {
        components: [
          { name: 'decode', scalingAdapter: {} },
          { name: 'prefill', replicas: 2 },
        ],
      },
    });
  });

  test('ignores nothing where the graph sets its own replicas', async () => {
    const app = temporaryApp();
    const folder = new Environment(app, 'prod', { namespace: 'llm-prod' });
    const delivery = new Environment(app, 'delivery', { namespace: 'argocd' });
    new ArgoCdApplication(delivery, 'chat', { folder, repoUrl: REPO });
    const application = manifest(await textOf(app, 'delivery/demo/application-demo-prod.yaml'));
    expect(objectAt(application, 'spec')).not.toHaveProperty('ignoreDifferences');
    expect(syncOptionsOf(application)).toEqual(['ServerSideApply=true']);
  });

  test('deletes what it delivered only when told so', async () => {
    const finalizers = async (deleteWithApplication?: boolean) =>
      objectAt(
        await applicationOf('v1alpha1', deleteWithApplication === undefined ? {} : { deleteWithApplication }),
        'metadata',
      )?.finalizers;
    expect(await finalizers()).toBeUndefined();
    expect(await finalizers(true)).toEqual(['resources-finalizer.argocd.argoproj.io/foreground']);
  });

  test('is synced by hand where it is not automated', async () => {
    const application = await applicationOf('v1alpha1', { automated: false });
    expect(objectAt(application, 'spec', 'syncPolicy')).not.toHaveProperty('automated');
  });

  test('tells everything that is wrong at once, each with the construct’s path', async () => {
    const app = temporaryApp();
    const delivery = new Environment(app, 'delivery', { namespace: 'argocd' });
    new ArgoCdApplication(delivery, 'self', { folder: delivery, repoUrl: REPO });
    new ArgoCdApplication(delivery, 'wrong', {
      name: 'Chat',
      folder: { path: '../dist', namespace: 'LLM' },
      repoUrl: 'https://bot:hunter2@git.example/team/models.git',
      revision: 'main; rm',
      retry: { limit: 0, first: Duration.millis(500) },
      syncOptions: [
        'Replace=true',
        'Force=true',
        'ServerSideApply=false',
        'RespectIgnoreDifferences=true',
        'PruneLast',
      ],
      cluster: { server: 'prod' },
    });
    new ArgoCdApplication(delivery, 'nowhere', { folder: { path: 'dist', namespace: 'llm' }, repoUrl: 'file:///x' });
    const complaints = await complaintsOf(app);
    expect(complaints).toEqual([
      '[delivery/self] is in the environment "delivery" that it delivers, and so would sync, and prune, itself; put it into an Environment of its own',
      '[delivery/wrong] "Chat" is not a lower-case DNS name',
      '[delivery/wrong] path "../dist" is not a path from the repository\'s root, such as "dist/prod/chat"',
      '[delivery/wrong] namespace "LLM" is not a lower-case DNS label',
      '[delivery/wrong] repoUrl holds credentials, which would be committed; put them into a Secret',
      '[delivery/wrong] revision "main; rm" is not the name of a branch, a tag or a commit',
      '[delivery/wrong] retry.first is 0.5 seconds; it must be whole seconds, at least 1',
      '[delivery/wrong] retry.limit is 0; at least 1 retry is needed',
      '[delivery/wrong] sync option "Replace=true" would replace objects that the operator writes to; it is never set',
      '[delivery/wrong] sync option "Force=true" would replace objects that the operator writes to; it is never set',
      '[delivery/wrong] sync option "ServerSideApply=false" would send absent replicas as a change; graphs are applied server-side',
      '[delivery/wrong] sync option "RespectIgnoreDifferences=true" follows from who owns the replicas; in a list it would keep every change of the graph out',
      '[delivery/wrong] sync option "PruneLast" is not of the form Name=value',
      '[delivery/wrong] cluster server "prod" is not an address',
      '[delivery/nowhere] repoUrl "file:///x" is not the address of a Git repository: https://…, ssh://… or git@host:path',
    ]);
    expect(complaints.join('\n')).not.toContain('hunter2');
  });
});

describe('an Argo CD ApplicationSet', () => {
  test('tells everything that is wrong at once', async () => {
    const app = temporaryApp();
    const delivery = new Environment(app, 'delivery', { namespace: 'argocd' });
    const folder = { path: 'dist/prod/chat', namespace: 'llm-prod' };
    new ArgoCdApplicationSet(delivery, 'none', { repoUrl: REPO, applications: [] });
    new ArgoCdApplicationSet(delivery, 'some', {
      repoUrl: REPO,
      applications: [{ folder }, { folder, name: 'one' }, { folder, name: 'one', revision: '--upload-pack=x' }],
    });
    expect(await complaintsOf(app)).toEqual([
      '[delivery/none] has no applications; list at least one',
      '[delivery/some] an application with a folder needs a name',
      '[delivery/some] there are two applications "one"; give one another name',
      '[delivery/some] revision of "one" "--upload-pack=x" is not the name of a branch, a tag or a commit',
    ]);
  });
});

describe('Flux', () => {
  test('tells everything that is wrong at once', async () => {
    const app = temporaryApp();
    const delivery = new Environment(app, 'delivery', { namespace: 'flux-system' });
    const source = new FluxGitRepository(delivery, 'models', {
      url: 'git@git.example:team/models.git',
      branch: '-x',
      credentialsSecret: 'Git',
      interval: Duration.millis(0),
    });
    new FluxKustomization(delivery, 'chat', {
      folder: { path: '/dist', namespace: 'llm' },
      source,
      serviceAccount: 'A',
      timeout: Duration.millis(1500),
    });
    expect(await complaintsOf(app)).toEqual([
      '[delivery/models] url "git@git.example:team/models.git": write it as ssh://git@host/path, the form that Flux reads',
      '[delivery/models] branch "-x" is not the name of a branch, a tag or a commit',
      '[delivery/models] interval is 0 seconds; it must be whole seconds, at least 1',
      '[delivery/models] credentialsSecret "Git" is not a lower-case DNS name',
      '[delivery/chat] "A" is not a lower-case DNS name',
      '[delivery/chat] path "/dist" is not a path from the repository\'s root, such as "dist/prod/chat"',
      '[delivery/chat] timeout is 1.5 seconds; it must be whole seconds, at least 1',
    ]);
  });
});

describe('delivery', () => {
  test.each([
    ['argo-cd', /^application/],
    ['flux', /^(gitrepository|kustomization-)/],
  ])('renders what the example %s declares byte for byte as expected', async (name, ours) => {
    const files = await runExample(name);
    expect(joined(new Map([...files].filter(([file]) => ours.test(file))))).toBe(golden(`example-${name}`));
  });

  test('works in a chart of a plain cdk8s app, which asks it what is wrong', () => {
    const chart = new Chart(new PlainApp(), 'delivery', { namespace: 'argocd' });
    new ArgoCdApplication(chart, 'chat', { folder: { path: 'dist/prod/chat', namespace: 'llm-prod' }, repoUrl: REPO });
    expect(Testing.synth(chart)).toMatchObject([
      { kind: 'Application', metadata: { name: 'chat', namespace: 'argocd' } },
    ]);
    new ArgoCdApplication(chart, 'wrong', { folder: { path: '/', namespace: 'llm-prod' }, repoUrl: REPO });
    expect(chart.node.findChild('wrong').node.validate()).toEqual([
      'path "/" is not a path from the repository\'s root, such as "dist/prod/chat"',
    ]);
    expect(chart.node.findChild('chat').node.validate()).toEqual([]);
  });
});
