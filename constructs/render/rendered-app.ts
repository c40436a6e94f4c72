import type { Problem } from '../../api/index.ts';

/** One file of an app, ready to be written. */
export interface RenderedFile {
  /** Path below the output folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Everything that one app renders to. */
export interface RenderedApp {
  readonly app: string;
  readonly files: readonly RenderedFile[];
  /** What is rendered all the same, and its authors should know; absent where an app brings an older copy of this package. */
  readonly warnings?: readonly Problem[];
}
