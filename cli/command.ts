import type { Command } from 'commander';
import type { CommandContext } from './context.ts';
import type { CommandOutcome } from './outcome.ts';
import type { FindingFormat } from './output.ts';

/** Runs a command with its parsed words. Loaded only when the command is called, since it brings its room with it. */
export type CommandRunner<Input> = (input: Input, context: CommandContext) => Promise<CommandOutcome>;

/**
 * Hands a parsed call to the runner; registered commands use it and nothing else of the program.
 * @param formats what the command's report can show itself as, beyond the formats of every command.
 */
export type Dispatch = <Input>(
  load: () => Promise<CommandRunner<Input>>,
  input: Input,
  formats?: readonly FindingFormat[],
) => Promise<void>;

/** One verb: its words and help, light to load. */
export type RegisterCommand = (program: Command, dispatch: Dispatch) => void;
