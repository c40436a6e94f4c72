/** A step into a document: a field that its schema names, a key of a map, or a position in a list. */
export type FieldStep = string | number | { readonly key: string };
export type FieldPath = readonly FieldStep[];

/** A path as the API server writes it: `spec.services[decode].volumeMounts[0].name`. */
export function formatFieldPath(path: FieldPath): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (typeof step === 'object') return `[${step.key}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}

/** The same path as plain keys and positions, as a document is walked. */
export function documentKeys(path: FieldPath): readonly (string | number)[] {
  return path.map((step) => (typeof step === 'object' ? step.key : step));
}
