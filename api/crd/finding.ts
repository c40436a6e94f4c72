/** Kinds of what a schema has against a value. `null` is what the API server puts right by itself. */
export type CrdMistake = 'type' | 'required' | 'value' | 'duplicate' | 'unknown-field' | 'null';

/** A step into a document: a field that the schema names, a key of a map, or a position in a list. */
export type CrdStep = string | number | { readonly key: string };
export type CrdPath = readonly CrdStep[];

export interface CrdFinding {
  readonly mistake: CrdMistake;
  readonly path: CrdPath;
  readonly message: string;
}
