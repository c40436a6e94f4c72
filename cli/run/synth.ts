import { resolve } from 'node:path';
import { planOutput, writeOutput } from '../../constructs/render/index.ts';
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
  const apps = await findApps(context.cwd, names);
  if (!apps.ok) return failed(apps.error);
  const rendered = await renderApps(apps.value, context);
  if (!rendered.ok) return failed(rendered.error);
  const plan = planOutput(outputFolder(context), rendered.value, names.length === 0);
  if (!plan.ok) return failed(plan.error);
  if (!check) writeOutput(plan.value);
  const report = await synthReport(
    plan.value,
    rendered.value.map(({ app }) => app),
    check,
  );
  return done(report, check && plan.value.changes.length > 0 ? 2 : 0);
};

/** `cdk8s synth` says in CDK8S_OUTDIR where it wants the manifests. */
function outputFolder({ cwd, env }: CommandContext): { readonly path: string; readonly shown: string } {
  const shown = env.CDK8S_OUTDIR === undefined || env.CDK8S_OUTDIR === '' ? 'dist' : env.CDK8S_OUTDIR;
  return { path: resolve(cwd, shown), shown: shown.replace(/\/+$/, '') };
}
