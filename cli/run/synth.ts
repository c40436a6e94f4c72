import { dirname, relative, resolve, sep } from 'node:path';
// Not through the index of api/: in a chunk that other commands share it would bring every schema along.
import { singleLine } from '../../api/problem.ts';
import { fail, type Result, succeed } from '../../api/result.ts';
import { type OutputFolder, type OutputPlan, planOutput, writeOutput } from '../../constructs/render/index.ts';
import { formatAtConstruct, isSynthError } from '../../constructs/synthesis.ts';
import type { CommandRunner } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { done, failed } from '../outcome.ts';
import { findApps } from '../synth/find-apps.ts';
import { renderApps } from '../synth/render-apps.ts';
import { synthReport } from '../synth/synth-report.ts';

export interface SynthInput {
  /** Names of apps; all apps where empty. */
  readonly apps: readonly string[];
  readonly check: boolean;
}

/** Renders every app first and writes only then, so that one app's mistake leaves the folder as it was. */
export const runSynth: CommandRunner<SynthInput> = async ({ apps: names, check }, context) => {
  const folder = outputFolder(context);
  if (!folder.ok) return failed(folder.error);
  const apps = findApps(context.cwd, names);
  if (!apps.ok) return failed(apps.error);
  const rendered = await renderApps(apps.value, context);
  if (!rendered.ok) return failed(rendered.error);
  for (const warning of rendered.value.flatMap(({ warnings = [] }) => warnings)) {
    context.log(`warning: ${formatAtConstruct(warning)}`);
  }
  const plan = planOutput(folder.value, rendered.value, names.length === 0);
  if (!plan.ok) return failed(plan.error);
  if (!check) {
    const written = write(plan.value);
    if (!written.ok) return failed(written.error);
  }
  const report = await synthReport(
    plan.value,
    rendered.value.map(({ app }) => app),
    check,
  );
  return done(report, check && plan.value.changes.length > 0 ? 2 : 0);
};

function write(plan: OutputPlan): Result<void> {
  try {
    return succeed(writeOutput(plan));
  } catch (cause) {
    if (isSynthError(cause)) return fail(...cause.problems);
    throw cause;
  }
}

/** `cdk8s synth` says in CDK8S_OUTDIR where it wants the manifests. */
function outputFolder({ cwd, env }: CommandContext): Result<OutputFolder> {
  const shown = env.CDK8S_OUTDIR === undefined || env.CDK8S_OUTDIR === '' ? 'dist' : env.CDK8S_OUTDIR;
  const refused = (message: string): Result<never> =>
    fail({ code: 'refused', message: `CDK8S_OUTDIR="${shown}" ${message}; name a folder for manifests, such as dist` });
  const path = resolve(cwd, shown);
  if (singleLine(shown) !== shown) return refused('has a line break or another control character in it');
  if (dirname(path) === path) return refused('is the root of the file system');
  const steps = relative(cwd, path).toLowerCase().split(sep);
  if (steps.includes('.git')) return refused("is among git's own files");
  return succeed({ path, shown: shown.replace(/\/+$/, '') });
}
