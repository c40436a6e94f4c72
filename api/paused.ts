/** Annotation or label of a graph deployment that keeps its numbers as they are; its text says why. */
export const PAUSED_KEY = 'dynamo-gitops/paused';

export interface Paused {
  /** As written, or undefined where nobody wrote why. */
  readonly reason: string | undefined;
}

/** Whether annotations or labels pause a graph. `"false"` does not; any other text does. */
export function pausedBy(words: { readonly [key: string]: unknown } | undefined): Paused | undefined {
  const written = words !== undefined && Object.hasOwn(words, PAUSED_KEY) ? words[PAUSED_KEY] : undefined;
  if (written === undefined || written === null || written === 'false' || written === false) return undefined;
  const text = typeof written === 'string' ? written.trim() : '';
  return { reason: text === '' || text === 'true' ? undefined : text };
}
