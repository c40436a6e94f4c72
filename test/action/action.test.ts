import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { JSON_SCHEMA, load } from 'js-yaml';
import type { Plan } from '../../api/index.ts';
import { ACTION_COMMANDS } from '../../cli/action/commands.ts';
import { readInputs } from '../../cli/action/inputs.ts';
import { outputLines, summaryText } from '../../cli/action/step-files.ts';
import { COMMANDS } from '../../cli/commands/index.ts';
import { GitHubServer, TOKEN } from '../gitops/github/server.ts';
import {
  CHAT,
  chatPlan,
  chatTargets,
  commitAll,
  DGD,
  ENVIRONMENT,
  type Files,
  git,
  manifestOf,
  PINS,
  pinsOf,
  planOf,
  removeTemporaryFolders,
  repositoryWith,
  temporaryFolder,
  writeFiles,
} from '../gitops/sandbox.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ACTION = readFileSync(join(root, 'action.yml'), 'utf8');
const BRANCH = 'dynamo-gitops/prod/chat';

let server: GitHubServer;
let bundle = '';

// What is tested is the bundle, as the sources build it now.
beforeAll(async () => {
  const folder = temporaryFolder('action-');
  mkdirSync(join(folder, 'action'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  bundle = join(folder, 'action/main.js');
  execFileSync(process.execPath, [join(root, 'scripts/build-action.mjs'), '--out', bundle]);
  server = await GitHubServer.start();
  await server.commit('main', CHAT);
}, 60_000);

afterAll(async () => {
  await server.stop();
  removeTemporaryFolders();
});

interface Step {
  readonly exitCode: number | null;
  /** The log as the runner reads it: commands that it obeys, and all other lines. */
  readonly commands: readonly string[];
  readonly log: string;
  readonly outputs: { readonly [name: string]: string };
  readonly summary: string;
}

/** A step of a job, as the runner starts it: variables in, files and a log out. */
async function step(folder: string, inputs: { readonly [name: string]: string }, env: object = {}): Promise<Step> {
  const temp = mkdtempSync(join(temporaryFolder(), 'runner-'));
  const [output, summary] = [join(temp, 'output'), join(temp, 'summary')];
  for (const file of [output, summary]) writeFileSync(file, '');
  const given = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  const child = spawn(process.execPath, [bundle], {
    cwd: temp,
    env: {
      ...ENVIRONMENT,
      ...{ GITHUB_WORKSPACE: folder, GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, RUNNER_TEMP: temp },
      ...{ GITHUB_API_URL: server.url, GITHUB_REPOSITORY: 'acme/infra', GITHUB_ACTIONS: 'true', CI: 'true' },
      ...given,
      ...env,
    },
  });
  let log = '';
  const listen = (chunk: Buffer): void => {
    log += chunk.toString('utf8');
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    ...{ exitCode, ...readLog(log) },
    outputs: readOutputs(readFileSync(output, 'utf8')),
    summary: readFileSync(summary, 'utf8'),
  };
}

/** As the runner does: a command is a line that starts with two colons, after blanks, unless it was told to read none. */
function readLog(log: string): Pick<Step, 'commands' | 'log'> {
  const commands: string[] = [];
  const lines: string[] = [];
  let resume: string | undefined;
  for (const line of log.split('\n')) {
    const command = /^\s*::(.*)$/.exec(line)?.[1];
    if (resume !== undefined) {
      if (command === `${resume}::`) resume = undefined;
      else lines.push(line);
      continue;
    }
    if (command === undefined) lines.push(line);
    else if (command.startsWith('stop-commands::')) resume = command.slice('stop-commands::'.length);
    else commands.push(command);
  }
  expect(resume).toBeUndefined();
  return { commands, log: lines.join('\n') };
}

function readOutputs(text: string): Step['outputs'] {
  const outputs: [string, string][] = [];
  for (let rest = text; rest !== ''; ) {
    const [whole = rest, name = '', delimiter] = /^([a-z-]+)<<(\S+)\n/.exec(rest) ?? [];
    const end = rest.indexOf(`\n${delimiter}\n`, whole.length - 1);
    expect(end).toBeGreaterThan(0);
    outputs.push([name, rest.slice(whole.length, end)]);
    rest = rest.slice(end + `\n${delimiter}\n`.length);
  }
  return Object.fromEntries(outputs);
}

/** A plan of now, since the action's clock is the machine's. */
function planNow(
  wanted: { readonly prefill: number; readonly decode: number },
  files: Files = CHAT,
  others: readonly Parameters<typeof chatTargets>[2][] = [],
): Plan {
  const at = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
  const targets = [undefined, ...others].flatMap((names) => chatTargets(files, wanted, names));
  return planOf(targets, { createdAt: at(-1), expiresAt: at(23) });
}

function checkout(plan: Plan, files: Files = CHAT): string {
  const folder = repositoryWith({ ...files, 'dynamo-gitops.yaml': 'schemaVersion: 1\n' });
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));
  return folder;
}

describe('a step that plans', () => {
  test('tells the next ones what changes, writes the summary, and leaves the whole result in a file', async () => {
    const folder = repositoryWith({ 'README.md': 'x\n' });
    for (const name of ['dist', 'apps', 'dynamo-gitops.yaml']) {
      execFileSync('cp', ['-r', join(root, name), folder]);
    }
    const { exitCode, commands, log, outputs, summary } = await step(folder, {
      command: 'plan --at 2026-11-02T09:30:00Z --out "my plan.json"',
    });
    expect({ exitCode, commands }).toEqual({ exitCode: 0, commands: [] });
    expect(log).toContain('decode   3 → 5');
    expect(outputs).toEqual({ 'exit-code': '0', changed: 'true', report: expect.stringMatching(/\/plan\.json$/) });
    expect(summary).toMatch(/^## dynamo-gitops plan\n\n\*\*Plan for 2026-11-02T09:30:00Z: 2 changes in 1 graph/);
    const plan = readFileSync(join(folder, 'my plan.json'), 'utf8');
    expect(JSON.parse(readFileSync(outputs.report ?? '', 'utf8'))).toEqual(JSON.parse(plan));
  }, 30_000);
});

describe('a step that proposes', () => {
  // GitHub asks for a second between calls, so that there are few of them.
  test('opens a pull request, names it, links it in the summary, and shows its token to nobody', async () => {
    const { exitCode, commands, log, outputs, summary } = await step(checkout(planNow({ prefill: 3, decode: 6 })), {
      ...{ command: 'propose', token: TOKEN },
    });
    expect({ exitCode, commands }).toEqual({ exitCode: 0, commands: [] });
    const [pull] = await server.pulls();
    expect(outputs).toMatchObject({
      ...{ changed: 'true', 'pull-request-url': pull.html_url, 'pull-request-number': '1', 'exit-code': '0' },
    });
    expect(JSON.parse(outputs['pull-requests'] ?? '')).toEqual([
      { environment: 'prod', deployment: 'chat', outcome: 'created', number: 1, url: pull.html_url },
    ]);
    expect(summary).toContain(`- [prod/chat](${pull.html_url}): created\n`);
    const record = JSON.parse(readFileSync(outputs.report ?? '', 'utf8'));
    expect(record).toMatchObject({ kind: 'proposals', proposals: [{ commit: await server.tipOf(BRANCH) }] });
    expect(`${log}${summary}${JSON.stringify(outputs)}`).not.toContain(TOKEN);
    expect(server.violations).toEqual([]);
  }, 60_000);

  test('says that nothing changed where the proposal stands already, and verifies the branch of the pull request', async () => {
    const folder = checkout(planNow({ prefill: 3, decode: 6 }));
    const propose = { command: 'propose --forge local' };
    expect((await step(folder, propose)).outputs).toMatchObject({ changed: 'true', 'pull-request-url': '' });
    expect((await step(folder, propose)).outputs).toMatchObject({ changed: 'false', 'exit-code': '0' });
    const verify = { command: `verify --forge local ${BRANCH}` };
    expect(await step(folder, verify)).toMatchObject({ exitCode: 0, commands: [] });
    writeFiles(folder, { [PINS]: pinsOf('chat', { prefill: 2, decode: 5 }) });
    commitAll(folder, 'by hand');
    const late = await step(folder, verify);
    expect(late).toMatchObject({ exitCode: 2, outputs: { 'exit-code': '2', changed: 'false' } });
    expect(late.commands).toEqual([
      'error title=dynamo-gitops verify::differences or findings; the summary of the job says which',
    ]);
    expect(late.summary).toContain('is no longer 4');
  });

  test('that is refused fails, or passes with a warning where that is asked for', async () => {
    const folder = checkout(chatPlan({ prefill: 3, decode: 6 }));
    const inputs = { command: 'propose --forge local' };
    expect(await step(folder, inputs)).toMatchObject({
      ...{ exitCode: 3, outputs: { 'exit-code': '3', changed: 'false' } },
      ...{ commands: ['error title=dynamo-gitops propose::held or refused; the summary of the job says why'] },
      summary: expect.stringContaining('the plan expired at 2026-09-20'),
    });
    expect(await step(folder, { ...inputs, 'fail-on-held': 'false' })).toMatchObject({
      ...{ exitCode: 0, outputs: { 'exit-code': '3' } },
      commands: ['warning title=dynamo-gitops propose::held or refused; the summary of the job says why'],
    });
  });

  test('tells what it did before it failed', async () => {
    const zeta = { graph: 'zeta', manifest: 'dist/prod/zeta.yaml', pins: 'apps/chat/pins/prod/zeta.yaml' };
    const numbers = { prefill: 2, decode: 4 };
    const files = { ...CHAT, [zeta.manifest]: manifestOf('zeta', numbers), [zeta.pins]: pinsOf('zeta', numbers) };
    const wanted = { prefill: 3, decode: 6 };
    const folder = checkout(planNow(wanted, files, [zeta]), files);
    git(folder, 'branch', 'dynamo-gitops/prod/zeta/mine');
    const { exitCode, commands, outputs, summary } = await step(folder, { command: 'propose --forge local' });
    expect({ exitCode, outputs }).toMatchObject({ exitCode: 1, outputs: { changed: 'true', 'exit-code': '1' } });
    expect(commands).toEqual([expect.stringContaining('stands in the way of')]);
    expect(summary).toMatch(/stands in the way of[\s\S]*prod\/chat: created/);
    const report = JSON.parse(readFileSync(outputs.report ?? '', 'utf8'));
    expect(report).toMatchObject({ problems: [{ code: 'refused' }], proposals: [{ outcome: 'created' }] });
  });

  test('prints text of manifests, of which no line is a command to the runner', async () => {
    const manifest = (CHAT[DGD] ?? '').replace(
      '  services:\n',
      '  # Kept as text.\n  note: |\n    ::warning::forged\n    ::add-mask::a\n  services:\n',
    );
    const files = { ...CHAT, [DGD]: manifest };
    const plan = planNow({ prefill: 3, decode: 4 }, files);
    const { log, commands } = await step(checkout(plan, files), { command: 'propose --forge local --dry-run' });
    expect(log).toContain('\n     ::add-mask::a\n');
    expect(commands).toEqual([]);
  });

  test('fails with an annotation where the plan is not there, or was changed', async () => {
    const folder = checkout(planNow({ prefill: 3, decode: 6 }));
    const missing = await step(folder, { command: 'propose nix.json', token: TOKEN });
    expect(missing).toMatchObject({ exitCode: 1, outputs: { 'exit-code': '1' } });
    expect(missing.commands).toEqual([
      'error file=nix.json,title=dynamo-gitops propose::nix.json: does not exist (dynamo-gitops plan --out plan.json writes one)',
    ]);
    expect(missing.summary).toContain('does not exist');
    const plan = { ...planNow({ prefill: 3, decode: 6 }), expiresAt: '2030-01-01T00:00:00Z' };
    writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));
    const changed = await step(folder, { command: 'propose', token: TOKEN });
    expect(changed.commands.join()).toContain('its digest does not match');
    expect(await step(folder, { command: 'propose' })).toMatchObject({ exitCode: 1 });
  });
});

describe('a step that lints', () => {
  test('annotates files from the root of the repository, whichever folder it runs in', async () => {
    const folder = repositoryWith({ 'README.md': 'x\n' });
    writeFiles(folder, { 'clusters/prod/chat.yaml': (CHAT[DGD] ?? '').replace('replicas: 4', 'replicas: -4') });
    commitAll(folder, 'a mistake');
    const found = await step(folder, { command: 'lint .', 'working-directory': './clusters/prod/' });
    expect(found.exitCode).toBe(2);
    expect(found.commands).toContainEqual(expect.stringMatching(/^error file=clusters\/prod\/chat\.yaml,line=12,/));
    expect(found.summary).toMatch(/^## dynamo-gitops lint\n/);
  });
});

describe('a step that cannot tell', () => {
  test('one place what came of it says so, fails, and tells the others', async () => {
    const folder = checkout(planNow({ prefill: 3, decode: 6 }));
    const nowhere = join(folder, 'nowhere/file');
    const told = await step(folder, { command: 'history' }, { RUNNER_TEMP: nowhere, GITHUB_STEP_SUMMARY: nowhere });
    expect(told).toMatchObject({ exitCode: 1, outputs: { 'exit-code': '0', changed: 'false' } });
    expect(told.commands).toEqual([
      expect.stringMatching(/nowhere\/file\/dynamo-gitops-\w+: does not exist \(the runner names it in RUNNER_TEMP\)$/),
      `error title=dynamo-gitops::${nowhere}: does not exist (the runner names it in GITHUB_STEP_SUMMARY)`,
    ]);
  });

  test('a runner that names no files passes', async () => {
    const folder = checkout(planNow({ prefill: 3, decode: 6 }));
    const env = { RUNNER_TEMP: '', GITHUB_OUTPUT: '', GITHUB_STEP_SUMMARY: '' };
    expect(await step(folder, { command: 'history' }, env)).toMatchObject({ exitCode: 0, commands: [] });
  });

  test('of a file where the problem is a folder that is not there annotates none', async () => {
    const folder = checkout(planNow({ prefill: 3, decode: 6 }));
    const { commands } = await step(folder, { command: 'history', 'working-directory': 'nix' });
    expect(commands).toEqual(['error title=dynamo-gitops history::-C nix: does not exist']);
  });
});

describe('inputs', () => {
  const read = (inputs: { readonly [name: string]: string }, env: { readonly [name: string]: string } = {}) => {
    const named = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
    return readInputs({ ...env, ...Object.fromEntries(named) });
  };
  const wordsOf = (command: string, env: { readonly [name: string]: string } = {}) => {
    const inputs = read({ command }, env);
    return inputs.ok ? inputs.value.words : inputs.error.map(({ message }) => message);
  };

  test('split a command line as a shell does, and run none of it', () => {
    expect(wordsOf(`plan --out 'a b.json' --metrics "$HOME;id" $(id)`)).toEqual([
      ...['plan', '--out', 'a b.json', '--metrics', '$HOME;id', '$(id)'],
    ]);
    expect(wordsOf('plan --out "a')).toEqual(['a quotation mark in it is never closed']);
  });

  test('give the token to what talks to the forge, and to nothing else', () => {
    const env = { GITHUB_REPOSITORY: 'acme/infra', GITHUB_HEAD_REF: '-x; rm' };
    for (const [command, { usesForge }] of ACTION_COMMANDS) {
      const inputs = read({ command, token: 'secret' }, env);
      if (!inputs.ok) throw new Error(JSON.stringify(inputs.error));
      expect(inputs.value.env.GITHUB_TOKEN).toBe(usesForge ? 'secret' : undefined);
    }
    expect(wordsOf('propose', env)).toEqual(['propose', '--forge', 'github', '--repo', 'acme/infra']);
    expect(wordsOf('propose --forge=local', env)).toEqual(['propose', '--forge=local']);
    expect(wordsOf('propose --repo a/b', env)).toEqual(['propose', '--forge', 'github', '--repo', 'a/b']);
    expect(wordsOf('propose -- p.json', env).slice(-4)).toEqual(['--repo', 'acme/infra', '--', 'p.json']);
    expect(wordsOf('verify', env).slice(-2)).toEqual(['--', '-x; rm']);
    expect(wordsOf('verify other', env)).not.toContain('--');
    const queue = {
      GITHUB_EVENT_NAME: 'merge_group',
      GITHUB_HEAD_REF: '',
      GITHUB_REF_NAME: 'gh-readonly-queue/main/x',
    };
    expect(wordsOf('verify', queue)).toEqual(['verify', '--forge', 'github', '--', 'gh-readonly-queue/main/x']);
  });

  test.each([
    ['', 'it is empty'],
    ['synth', '"synth" is not one that the action runs'],
    ['--help', '"--help" is not one that the action runs'],
    ['constructor', '"constructor" is not one that the action runs'],
  ])('refuse the command %j', (command, message) => {
    expect(wordsOf(command)).toEqual([message]);
  });

  test('refuse to verify where neither the words nor the workflow name a branch', () => {
    expect(wordsOf('verify', { GITHUB_REPOSITORY: 'acme/infra', GITHUB_HEAD_REF: '' })).toEqual([
      '"verify" names no branch, and the workflow runs for no pull request that could',
    ]);
  });

  test('refuse a switch that is neither on nor off', () => {
    expect(read({ command: 'plan', 'fail-on-held': 'yes' })).toMatchObject({ ok: false });
  });
});

describe('what the runner reads', () => {
  test('has each output between delimiters, whatever it holds', () => {
    const outputs = { a: 'x\nb<<y\nz', c: '' };
    expect(readOutputs(outputLines(new Map(Object.entries(outputs)), 'd-1').replaceAll('d-1', '1-2-3'))).toEqual({
      a: 'x\nb<<y\nz',
      c: '',
    });
  });

  test('is a summary of at most 1 MiB, cut after a line', () => {
    const text = summaryText('t', 'ä'.repeat(99).concat('\n').repeat(20_000));
    expect(Buffer.byteLength(text)).toBeLessThan(1_048_576);
    expect(text).toMatch(/ä{99}\n\nThe rest is left out: it is longer than a summary may be\.\n$/);
    expect(summaryText('t', 'short')).toBe('## t\n\nshort\n');
  });
});

describe("the action's description and the workflows of the documentation", () => {
  const workflows = ['docs/github-action.md', 'docs/github.md'].flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```/gm)]
      .map(([, text = '']) => text)
      .filter((text) => /^jobs:/m.test(text))
      .map((text, index) => [`${page}-${index}.yml`, text] as const),
  );
  const description = load(ACTION, { schema: JSON_SCHEMA }) as {
    readonly inputs: { readonly [name: string]: object };
    readonly outputs: { readonly [name: string]: object };
  };

  test("are valid for GitHub's own parser", () => {
    const documents = {
      'action.yml': ACTION,
      'bad/action.yml': ACTION.replace('node24', 'node9'),
      ...Object.fromEntries(workflows),
    };
    const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'test/action/judge.mjs')], {
      ...{ input: JSON.stringify(documents), encoding: 'utf8' },
    });
    expect(stderr).toBe('');
    expect(workflows).toHaveLength(5);
    expect(JSON.parse(stdout)).toEqual({
      ...Object.fromEntries(Object.keys(documents).map((name) => [name, []])),
      'bad/action.yml': [expect.stringContaining("Unexpected value 'node9'")],
    });
  }, 30_000);

  test('use inputs and outputs that the action has, and the action no others', () => {
    const used = workflows.flatMap(([, text]) => {
      const { jobs } = load(text, { schema: JSON_SCHEMA }) as {
        readonly jobs: { readonly [name: string]: { readonly steps: readonly { uses?: string; with?: object }[] } };
      };
      return Object.values(jobs).flatMap(({ steps }) =>
        steps.filter(({ uses }) => uses?.includes('/dynamo-gitops@')).flatMap((one) => Object.keys(one.with ?? {})),
      );
    });
    const inputs = Object.keys(description.inputs);
    expect(inputs).toEqual(['command', 'working-directory', 'token', 'fail-on-held']);
    expect(used.filter((name) => !inputs.includes(name))).toEqual([]);
    expect(Object.keys(description.outputs).sort()).toEqual([
      ...['changed', 'exit-code', 'pull-request-number', 'pull-request-url', 'pull-requests', 'report'],
    ]);
    const page = readFileSync(join(root, 'docs/github-action.md'), 'utf8');
    for (const name of [...inputs, ...Object.keys(description.outputs)]) expect(page).toContain(`\`${name}\``);
    for (const name of ACTION_COMMANDS.keys()) expect(page).toContain(`\`${name}\``);
  });

  test('keep the secret of the metrics and the right to write apart', () => {
    const [, planner = ''] = workflows[0] ?? [];
    const { jobs } = load(planner, { schema: JSON_SCHEMA }) as {
      readonly jobs: { readonly [name: string]: { readonly permissions: { readonly [name: string]: string } } };
    };
    expect(Object.keys(jobs)).toEqual(['plan', 'propose']);
    expect(jobs.plan?.permissions).toEqual({ contents: 'read' });
    expect(JSON.stringify(jobs.propose)).not.toContain('secrets.');
  });

  test('run commands that the command line has', () => {
    expect(ACTION_COMMANDS.size).toBeLessThan(COMMANDS.length);
    const registered = new Set([...ACTION_COMMANDS.values()].flatMap(({ registers }) => registers));
    expect([...registered].filter((one) => !COMMANDS.includes(one))).toEqual([]);
  });
});
