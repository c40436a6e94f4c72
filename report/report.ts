import type { Paint } from './paint.ts';

/** What a command found or did, able to show itself in every format. */
export interface Report {
  /** The machine's form, with its `schemaVersion`. */
  readonly document: { readonly schemaVersion: number; readonly [field: string]: unknown };
  /** For a terminal. */
  text(paint: Paint): string;
  /** For a merge request or a job summary. */
  markdown(): string;
  /** For tools that show findings at their lines; absent where there are none to show. */
  readonly findings?: {
    /** SARIF 2.1.0, as code scanning reads it. */
    sarif(): string;
    /** Workflow commands of GitHub Actions. */
    github(): string;
  };
}
