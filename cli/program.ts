import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { SCHEMA_VERSION } from '../api/documents/schema-version.ts';
import { formatProblem, type Problem } from '../api/problem.ts';
import type { Report } from '../report/index.ts';
import type { Dispatch, RegisterCommand } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import type { CommandContext } from './context.ts';
import { PROGRAM_HELP } from './help-text.ts';
import { type CommandOutcome, type ExitCode, failed } from './outcome.ts';
import { isFindingFormat, OUTPUT_FORMATS, type OutputFormat, print, printDocument } from './output.ts';
import { unexpected } from './unexpected.ts';
import { VERSION } from './version.ts';
import { withoutCommands } from './without-commands.ts';

/** The process around a run. */
export interface Terminal {
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly now: () => Date;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Whether results go to a terminal that shows colour. */
  readonly isTerminal: boolean;
  /** Whether the runner of GitHub Actions reads what is printed for workflow commands. */
  readonly isInWorkflow?: boolean;
  readonly onInterrupt: CommandContext['onInterrupt'];
  /** Told how the command ended, before that is printed, by whom the text is not enough. */
  readonly onOutcome?: (outcome: CommandOutcome) => void;
}

interface GlobalOptions {
  readonly output: OutputFormat;
  readonly C?: string;
  readonly quiet: boolean;
  readonly color: boolean;
}

/** Runs one command line, the words after the program's name, and says how the process should end. */
export async function run(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  return runOneOf(COMMANDS, words, terminal);
}

/** The same, with no other commands than these. */
export async function runOneOf(
  commands: readonly RegisterCommand[],
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const { isInWorkflow = false } = terminal;
  const stderr = (text: string): void => terminal.stderr(isInWorkflow ? withoutCommands(text) : text);
  /** The help that a wrong call is sent to: its command's, once that is known. */
  let help = 'dynamo-gitops --help';

  const program = new Command('dynamo-gitops')
    .description('GitOps for NVIDIA Dynamo: deployments as typed code, replica counts by pull request.')
    .version(VERSION, '--version')
    .addOption(
      new Option('-o, --output <format>', 'format of the result; sarif and github: of lint')
        .choices(OUTPUT_FORMATS)
        .default('text'),
    )
    .option('-C <dir>', 'run as if started in this folder')
    .option('--quiet', 'no progress on stderr', false)
    .option('--no-color', 'no colour (also NO_COLOR)')
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({
      writeOut: terminal.stdout,
      // Commander's own wording for a wrong call is replaced by ours, below.
      writeErr: () => undefined,
    })
    .helpCommand('help [command]', 'show the help of a command')
    .enablePositionalOptions(false)
    .addHelpText('after', PROGRAM_HELP)
    .exitOverride();

  // A program that asked for a document reads what is wrong in it; people read the lines.
  const reportProblems = async (problems: readonly Problem[], before?: Report): Promise<void> => {
    exitCode = 1;
    const told = problems.map((problem) => (problem.code === 'usage' ? withHelp(problem, help) : problem));
    terminal.onOutcome?.(failed(told, before));
    for (const problem of told) stderr(`error: ${formatProblem(problem)}\n`);
    const head = before?.document ?? { schemaVersion: SCHEMA_VERSION, kind: 'error' };
    const document = { ...head, problems: told };
    const printing = { color: false, isInWorkflow };
    terminal.stdout(await printDocument(document, program.opts<GlobalOptions>().output, printing));
  };

  const dispatch: Dispatch = async (load, input, formats = []) => {
    const options = program.opts<GlobalOptions>();
    if (isFindingFormat(options.output) && !formats.includes(options.output)) {
      return reportProblems([{ code: 'usage', message: `-o ${options.output}: only lint has it` }]);
    }
    const context: CommandContext = {
      cwd: options.C === undefined ? terminal.cwd : resolve(terminal.cwd, options.C),
      env: terminal.env,
      now: terminal.now,
      stdout: terminal.stdout,
      log: (line) => {
        if (!options.quiet) stderr(`${line}\n`);
      },
      onInterrupt: terminal.onInterrupt,
      color: options.color && terminal.isTerminal && !terminal.env.NO_COLOR,
    };
    const wrong = options.C === undefined ? undefined : await wrongFolder(options.C, context.cwd);
    if (wrong !== undefined) return reportProblems([wrong]);
    const runner = await load();
    const outcome = await runner(input, context);
    switch (outcome.kind) {
      case 'failed':
        return reportProblems(outcome.problems, outcome.done);
      case 'report':
        terminal.onOutcome?.(outcome);
        terminal.stdout(await print(outcome.report, options.output, { color: context.color, isInWorkflow }));
        exitCode = outcome.exitCode;
    }
  };

  for (const register of commands) register(program, dispatch);
  for (const command of program.commands) {
    const helpOfCommand = `dynamo-gitops ${command.name()} --help`;
    command
      .copyInheritedSettings(program)
      .allowExcessArguments(false)
      .exitOverride((cause) => {
        help = helpOfCommand;
        throw cause;
      })
      .hook('preAction', () => {
        help = helpOfCommand;
      });
  }

  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (cause) {
    if (cause instanceof CommanderError) {
      if (cause.exitCode === 0) return 0;
      await reportProblems([usageProblem(cause)]);
    } else {
      await reportProblems([unexpected(cause)]);
    }
  }
  return exitCode;
}

/** Every file of a folder that is not there is missing, too; the one thing to say is that the folder is. */
async function wrongFolder(given: string, path: string): Promise<Problem | undefined> {
  const shown = `-C ${given}`;
  try {
    return (await stat(path)).isDirectory()
      ? undefined
      : { code: 'unreadable', file: shown, message: 'is a file, not a folder' };
  } catch (cause) {
    return { ...unexpected(cause), file: shown };
  }
}

function usageProblem(cause: CommanderError): Problem {
  if (cause.code === 'commander.help') {
    return { code: 'usage', message: 'no command given' };
  }
  const message = cause.message.replace(/^error: /, '').replace(/\n\(Did you mean (.+?)\?\)/, '; did you mean $1?');
  return { code: 'usage', message };
}

function withHelp(problem: Problem, help: string): Problem {
  return { ...problem, hint: problem.hint === undefined ? `see ${help}` : `${problem.hint}; see ${help}` };
}
