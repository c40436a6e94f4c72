import type { FieldPath } from './field-path.ts';

/** An edit that a rule asks for. Paths are those of the object, as in the finding. */
export type Fix =
  /** Takes a key with its value, or an item of a list, out. */
  | { readonly kind: 'remove'; readonly path: FieldPath }
  /** Writes a plain value: in place of the one that is there, or as a new key of a map that is there. */
  | { readonly kind: 'set'; readonly path: FieldPath; readonly value: string | number | boolean }
  /** Puts quotes around a plain value, so that it is text. */
  | { readonly kind: 'quote'; readonly path: FieldPath };
