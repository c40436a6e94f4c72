import type { Command } from 'commander';
import type { CommandContext } from './context.ts';
import type { CommandOutcome } from './outcome.ts';

/** Runs a command with its parsed words. Loaded only when the command is called, since it brings its room with it. */
export type CommandRunner<Input> = (input: Input, context: CommandContext) => Promise<CommandOutcome>;

/** Hands a parsed call to the runner; registered commands use it and nothing else of the program. */
export type Dispatch = <Input>(load: () => Promise<CommandRunner<Input>>, input: Input) => Promise<void>;

/** One verb: its words and help, light to load. */
export type RegisterCommand = (program: Command, dispatch: Dispatch) => void;
