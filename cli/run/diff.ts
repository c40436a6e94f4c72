import { diffManifests } from '../../lint/diff/index.ts';
import type { CommandRunner } from '../command.ts';
import { diffReport } from '../diff/diff-report.ts';
import { readSides } from '../diff/sides.ts';
import { done, failed } from '../outcome.ts';
import { manifestSettings } from '../settings.ts';

export interface DiffInput {
  readonly paths: readonly string[];
  readonly base: string | undefined;
  readonly head: string | undefined;
  readonly mergeBase: boolean;
  readonly operator: string | undefined;
  readonly detailedExitCode: boolean;
}

/** Says what a change of manifests means; it changes nothing. */
export const runDiff: CommandRunner<DiffInput> = async (input, context) => {
  const settings = await manifestSettings(context.cwd, input.operator);
  if (!settings.ok) return failed(settings.error);
  const { config, operator, manifests } = settings.value;
  const sides = await readSides(input, manifests, context);
  if (!sides.ok) return failed(sides.error);
  const { before, after, skipped } = sides.value;
  const deployments = config?.deployments ?? [];
  const diff = diffManifests(before.files, after.files, { operator, roots: manifests, deployments });
  const report = diffReport({ ...diff, operator, before: before.name, after: after.name, skipped });
  return done(report, input.detailedExitCode && diff.objects.length > 0 ? 2 : 0);
};
