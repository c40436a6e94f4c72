import { formatProblem, type Problem } from '../../api/problem.ts';
import type { Result } from '../../api/result.ts';
import { type RenderedApp, withRenderSink } from '../../constructs/render/index.ts';
import type { CommandContext } from '../context.ts';
import { appProblems } from './app-problems.ts';
import type { FoundApp } from './find-apps.ts';
import { guardProcess } from './guard-process.ts';
import { createAppLoader } from './load-module.ts';

/** Runs apps in this process and takes what they render; the problems of every app together, if any has one. */
export async function renderApps(
  apps: readonly FoundApp[],
  context: CommandContext,
): Promise<Result<readonly RenderedApp[]>> {
  const load = createAppLoader(context.env);
  /** By their lines: what is thrown again and again, by an interval, is one problem. */
  const distinct = new Map<string, Problem>();
  const guarded = guardProcess(context.log, (cause) => {
    for (const problem of appProblems(cause, { shown: 'apps' }, context.cwd)) {
      const line = formatProblem(problem);
      if (!distinct.has(line)) process.stderr.write(`error: ${line}\n`);
    }
  });
  const rendered: RenderedApp[] = [];
  const problems: Problem[] = [];
  for (const app of apps) {
    const collected: RenderedApp[] = [];
    const run = (): Promise<readonly unknown[]> => guarded(() => load(app.file));
    const failures = await withRenderSink((result) => void collected.push(result), run);
    problems.push(
      ...(failures.length === 0
        ? resultProblems(app, collected)
        : failures.flatMap((cause) => appProblems(cause, app, context.cwd))),
    );
    rendered.push(...collected);
  }
  for (const problem of problems) distinct.set(formatProblem(problem), problem);
  return distinct.size > 0 ? { ok: false, error: [...distinct.values()] } : { ok: true, value: rendered };
}

/** An app renders once, under its folder's name: that is where its pins are, and what its files are known by. */
function resultProblems(app: FoundApp, collected: readonly RenderedApp[]): readonly Problem[] {
  const [result, second] = collected;
  const problem = (message: string): readonly Problem[] => [{ code: 'app-failed', file: app.shown, message }];
  if (result === undefined) {
    return problem('rendered nothing; end it with app.synth(), and with "await" before what it waits for');
  }
  if (second !== undefined) return problem('called synth() more than once; an app is rendered as a whole');
  if (result.app !== app.name) {
    return problem(`rendered as app "${result.app}"; give its App "module: import.meta.url" of this file`);
  }
  return [];
}
