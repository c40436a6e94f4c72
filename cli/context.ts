/** Everything of the outside world that a command may touch, passed in so that a run can be repeated. */
export interface CommandContext {
  /** Folder that relative paths start from: where the command was called, or `-C`. */
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly now: () => Date;
  /** Results; one call, at the end. */
  readonly stdout: (text: string) => void;
  /** Progress and notes; silent under `--quiet`. */
  readonly log: (line: string) => void;
  readonly color: boolean;
  /**
   * Has something cleaned up if the user interrupts the command, at once, so that nothing can be made after it. The answer
   * takes the request back.
   */
  readonly onInterrupt: (cleanUp: () => void) => () => void;
}
