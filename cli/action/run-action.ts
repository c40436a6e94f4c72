import { appendFile, mkdtemp, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { isRepositoryPath, type Problem } from '../../api/index.ts';
import { formatProblem } from '../../api/problem.ts';
import { paragraph, printMarkdown, type Report } from '../../report/index.ts';
import { type CommandOutcome, type ExitCode, failed } from '../outcome.ts';
import { runOneOf, type Terminal } from '../program.ts';
import { unexpected } from '../unexpected.ts';
import { workflowCommand } from '../workflow-command.ts';
import { ACTION_COMMANDS } from './commands.ts';
import { type ActionInputs, readInputs } from './inputs.ts';
import { outputsOf, pullRequestLinks } from './outputs.ts';
import { outputLines, summaryText } from './step-files.ts';

/** The runner around a step. */
export interface Runner extends Pick<Terminal, 'cwd' | 'env' | 'now' | 'onInterrupt'> {
  /** Writes to the job's log, which the runner reads for workflow commands. */
  readonly write: (text: string) => void;
  /** Another text each time that nobody can foresee. */
  readonly token: () => string;
}

/**
 * One step of a workflow: runs a command line as the terminal would, and tells the runner what came of it, as annotations,
 * outputs and a summary.
 * @returns the exit code of the step.
 */
export async function runAction(runner: Runner): Promise<ExitCode> {
  const inputs = readInputs(runner.env);
  if (!inputs.ok) {
    for (const problem of inputs.error) runner.write(`${annotation(problem, '', 'dynamo-gitops')}\n`);
    return 1;
  }
  const { outcome, exitCode } = await runCommand(runner, inputs.value);
  for (const line of annotations(outcome, exitCode, inputs.value)) runner.write(`${line}\n`);
  const untold = await tell(runner, inputs.value, outcome, exitCode);
  for (const problem of untold) runner.write(`${annotation(problem, '', 'dynamo-gitops')}\n`);
  if (untold.length > 0) return 1;
  return isPassed(exitCode, inputs.value) ? 0 : exitCode;
}

interface Ended {
  readonly outcome: CommandOutcome;
  readonly exitCode: ExitCode;
}

/**
 * What a command prints may hold text of manifests and metrics, and a line of it could be a workflow command: the runner is
 * told to read none until the end.
 */
async function runCommand({ cwd, now, onInterrupt, write, token }: Runner, inputs: ActionInputs): Promise<Ended> {
  const resume = token();
  let outcome: CommandOutcome | undefined;
  const printed: string[] = [];
  write(`::stop-commands::${resume}\n`);
  const exitCode = await runOneOf(
    [...ACTION_COMMANDS.values()].flatMap(({ registers }) => registers),
    inputs.words,
    {
      ...{ cwd, now, onInterrupt, env: inputs.env, isTerminal: false, stderr: write },
      stdout: (text) => printed.push(text),
      onOutcome: (ended) => {
        outcome = ended;
      },
    },
  );
  // Findings are shown as annotations, which say the same.
  const hasFindings = outcome?.kind === 'report' && outcome.report.findings !== undefined;
  if (!hasFindings) write(printed.join(''));
  write(`::${resume}::\n`);
  // `--help` ends with neither.
  return { outcome: outcome ?? failed([]), exitCode };
}

const WORDS: { readonly [code in Exclude<ExitCode, 0>]: string } = {
  1: 'failed; the summary of the job says why',
  2: 'differences or findings; the summary of the job says which',
  3: 'held or refused; the summary of the job says why',
};

function isPassed(exitCode: ExitCode, { failsOnHeld }: ActionInputs): boolean {
  return exitCode === 0 || (exitCode === 3 && !failsOnHeld);
}

function annotations(outcome: CommandOutcome, exitCode: ExitCode, inputs: ActionInputs): readonly string[] {
  const title = `dynamo-gitops ${inputs.command}`;
  switch (outcome.kind) {
    case 'failed':
      return outcome.problems.map((problem) => annotation(problem, inputs.folder, title));
    case 'report':
      if (outcome.report.findings !== undefined) return [outcome.report.findings.github()];
      return exitCode === 0
        ? []
        : [workflowCommand(isPassed(exitCode, inputs) ? 'warning' : 'error', { title }, WORDS[exitCode])];
  }
}

function annotation(problem: Problem, folder: string, title: string): string {
  const { file, line, column: col } = problem;
  // A problem with an option names it in the place of a file, and what lies outside of the checkout has no line to show.
  const path = file === undefined || file.startsWith('-') ? undefined : posix.join(folder, file);
  const place = path !== undefined && isRepositoryPath(path) ? { file: path, line, col } : {};
  return workflowCommand('error', { ...place, title }, formatProblem(problem));
}

/**
 * Outputs for the steps that follow, and the summary for people. Each is told where another cannot be: what a command has
 * written at the forge stays there.
 * @returns what could not be told.
 */
async function tell(
  { env, token }: Runner,
  { command }: ActionInputs,
  outcome: CommandOutcome,
  exitCode: ExitCode,
): Promise<readonly Problem[]> {
  const untold: Problem[] = [];
  const attempt = async (variable: string, write: (path: string) => Promise<void>): Promise<void> => {
    const path = env[variable] ?? '';
    if (path === '') return;
    try {
      await write(path);
    } catch (cause) {
      untold.push({ hint: `the runner names it in ${variable}`, ...unexpected(cause) });
    }
  };
  const outputs = new Map([['exit-code', String(exitCode)]]);
  const document = documentOf(outcome);
  if (document !== undefined) {
    for (const [name, value] of outputsOf(document)) outputs.set(name, value);
    await attempt('RUNNER_TEMP', async (folder) => {
      const file = join(await mkdtemp(join(folder, 'dynamo-gitops-')), `${command}.json`);
      await writeFile(file, `${JSON.stringify(document, null, 2)}\n`);
      outputs.set('report', file);
    });
  }
  await attempt('GITHUB_OUTPUT', (file) => appendFile(file, outputLines(outputs, token())));
  await attempt('GITHUB_STEP_SUMMARY', (file) =>
    appendFile(file, summaryText(`dynamo-gitops ${command}`, summaryOf(outcome))),
  );
  return untold;
}

/** What a failed command has done before stays done, and is told too. */
function documentOf(outcome: CommandOutcome): object | undefined {
  switch (outcome.kind) {
    case 'report':
      return outcome.report.document;
    case 'failed':
      return outcome.done === undefined ? undefined : { ...outcome.done.document, problems: outcome.problems };
  }
}

function summaryOf(outcome: CommandOutcome): string {
  switch (outcome.kind) {
    case 'report':
      return reportMarkdown(outcome.report);
    case 'failed': {
      const problems = printMarkdown(outcome.problems.map((problem) => paragraph(formatProblem(problem))));
      return outcome.done === undefined ? problems : `${problems}\n${reportMarkdown(outcome.done)}`;
    }
  }
}

function reportMarkdown(report: Report): string {
  return [...pullRequestLinks(report.document), '', report.markdown()].join('\n').trimStart();
}
