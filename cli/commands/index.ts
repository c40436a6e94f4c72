import type { RegisterCommand } from '../command.ts';

/** Every verb, in the order that help lists them. */
export const COMMANDS: readonly RegisterCommand[] = [];
