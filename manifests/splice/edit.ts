import type { DocumentPath } from '../../api/index.ts';
import type { LocatedInteger } from '../locate/locate.ts';

/** One number to replace, with the value that it must have now. */
export interface IntegerEdit {
  /** Position of the document in the file, from 0. */
  readonly document: number;
  readonly path: DocumentPath;
  readonly from: number;
  readonly to: number;
}

/** An edit with its place. */
export interface PlacedEdit extends IntegerEdit {
  readonly located: LocatedInteger;
}

/** An edit that was made. */
export interface IntegerChange {
  /** Both from 1; the column as `LocatedInteger` counts it, before any edit. */
  readonly line: number;
  readonly column: number;
  readonly path: DocumentPath;
  readonly from: number;
  readonly to: number;
}
