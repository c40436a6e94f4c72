import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  fail,
  type MergeRequest,
  type Problem,
  parseJsonDocument,
  type Result,
  recordingSchema,
  succeed,
} from '../../api/index.ts';
import { localForge, openRepository, PROPOSER } from '../../gitops/index.ts';
import type { Report } from '../../report/index.ts';
import type { CommandRunner } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { type Step, storyReport } from '../demo/story.ts';
import { createTemporaryRepository, type TemporaryRepository } from '../demo/temporary-repository.ts';
import { loadConfig } from '../load-config.ts';
import { type CommandOutcome, done, failed } from '../outcome.ts';
import { runPlan } from './plan.ts';
import { runPropose } from './propose.ts';
import { runSynth } from './synth.ts';

export interface DemoInput {
  readonly keep: boolean;
}

const APP = 'apps/chat/main.ts';
const PLAN = 'plan.json';
const PROPOSE = { plan: PLAN, dryRun: false, forge: 'local', repository: undefined } as const;

/** The whole loop, with the same commands that a user would call, in a repository that is gone afterwards. */
export const runDemo: CommandRunner<DemoInput> = async ({ keep }, context) => {
  const repository = await createTemporaryRepository(context);
  if (!repository.ok) return failed(repository.error);
  const forget = context.onInterrupt(keep ? () => undefined : repository.value.remove);
  try {
    const steps = await tell(repository.value, context);
    if (!steps.ok) return failed(steps.error);
    return done(storyReport({ steps: steps.value, folder: keep ? repository.value.folder : undefined }));
  } finally {
    forget();
    if (!keep) repository.value.remove();
  }
};

async function tell(repository: TemporaryRepository, outside: CommandContext): Promise<Result<readonly Step[]>> {
  const { folder } = repository;
  const end = await endOfRecording(folder);
  if (!end.ok) return end;
  const at = end.value;
  // The demo happens when its metrics do, so that the plan is fresh whenever it is run.
  const context: CommandContext = { ...outside, cwd: folder, now: () => at };
  const steps: Step[] = [];

  steps.push({
    title: 'A graph, written in TypeScript',
    command: `cat ${APP}`,
    shown: { lines: await appSource(folder) },
  });

  context.log('synth …');
  const synth = shown(await runSynth({ apps: [], check: false }, context), 0);
  if (!synth.ok) return synth;
  steps.push({ title: 'Rendered to YAML', command: 'dynamo-gitops synth', shown: synth.value });
  const committed = await repository.commit('The fleet and what it renders to');
  if (!committed.ok) return committed;

  context.log('plan …');
  const when = at.toISOString().replace('.000Z', 'Z');
  const plan = shown(await planAt(when, context), 2);
  if (!plan.ok) return plan;
  steps.push({
    title: 'Planned from recorded metrics',
    command: `dynamo-gitops plan --at ${when} --out ${PLAN}`,
    shown: plan.value,
  });

  context.log('propose …');
  const proposal = shown(await runPropose(PROPOSE, context), 0);
  if (!proposal.ok) return proposal;
  steps.push({
    title: 'Proposed, as a reviewer sees it',
    command: `dynamo-gitops propose ${PLAN}`,
    shown: proposal.value,
  });

  context.log('merge …');
  const merged = await mergeAll(folder, context);
  if (!merged.ok) return merged;
  steps.push({
    title: 'Reviewed and merged',
    command: undefined,
    shown: { lines: merged.value.map(mergedLine).join('\n') },
  });

  context.log('synth --check …');
  const check = shown(await runSynth({ apps: [], check: true }, context), 0);
  if (!check.ok) return check;
  steps.push({ title: 'Code and YAML still agree', command: 'dynamo-gitops synth --check', shown: check.value });

  context.log('plan again …');
  const again = shown(await planAt(when, context), 0);
  if (!again.ok) return again;
  const silent = shown(await runPropose(PROPOSE, context), 0);
  if (!silent.ok) return silent;
  steps.push({
    title: 'Planned again from the same metrics: nothing to propose',
    command: `dynamo-gitops plan --at ${when} --out ${PLAN} && dynamo-gitops propose ${PLAN}`,
    shown: silent.value,
  });
  return succeed(steps);
}

function planAt(at: string, context: CommandContext): Promise<CommandOutcome> {
  const files = { metrics: undefined, status: undefined, history: undefined, at };
  return runPlan({ files, out: PLAN, shard: undefined, hasDetailedExitCode: true }, context);
}

/** What a step showed; a step that ends otherwise than the story needs is a failure of the demo, told as such. */
function shown(outcome: CommandOutcome, exitCode: 0 | 2): Result<Report> {
  if (outcome.kind === 'failed') return { ok: false, error: outcome.problems };
  if (outcome.exitCode === exitCode) return succeed(outcome.report);
  const message = `a step of the demo ended with exit code ${outcome.exitCode} instead of ${exitCode}`;
  return fail({ code: 'internal', message, hint: 'this is a defect; please report it' });
}

async function endOfRecording(folder: string): Promise<Result<Date>> {
  const config = await loadConfig(folder);
  if (!config.ok) return config;
  const file = config.value.config.metrics.recording;
  const missing: Problem = { code: 'internal', message: 'the demo fleet has no recording', hint: 'this is a defect' };
  if (file === undefined) return fail(missing);
  const recording = parseJsonDocument(recordingSchema, await readFile(join(folder, file), 'utf8'), file);
  if (!recording.ok) return recording;
  const { start, bucketSeconds, graphs } = recording.value;
  const length = Math.max(0, ...graphs.map((graph) => graph.buckets.length));
  return succeed(new Date(Date.parse(start) + length * bucketSeconds * 1_000));
}

/** The app as its author reads it, without the comment at its head. */
async function appSource(folder: string): Promise<string> {
  const source = await readFile(join(folder, APP), 'utf8');
  return source.replace(/^\/\*\*[\s\S]*?\*\/\n/, '');
}

async function mergeAll(folder: string, context: CommandContext): Promise<Result<readonly MergeRequest[]>> {
  const repository = await openRepository(folder, context.env);
  if (!repository.ok) return repository;
  const forge = localForge(repository.value, PROPOSER);
  const all = await forge.list();
  if (!all.ok) return all;
  const merged: MergeRequest[] = [];
  for (const { number, state, head } of all.value) {
    if (state !== 'open') continue;
    const options = { at: context.now(), expectedHead: head.commit, checkedOut: 'fast-forward' } as const;
    const result = await forge.merge(number, options);
    if (!result.ok) return result;
    merged.push(result.value.mergeRequest);
  }
  return succeed(merged);
}

function mergedLine({ number, head, base, changes }: MergeRequest): string {
  const numbers = changes.map(({ file, line, from, to }) => `  ${file}:${line}: ${from} → ${to}`);
  return [`!${number} ${head.branch} → ${base.branch}: merged`, ...numbers].join('\n');
}
