import { RE2JS } from 're2js';

/** Compiled once; undefined for what is no expression of RE2. */
const COMPILED = new Map<string, RE2JS | undefined>();

/**
 * Whether a text holds a match of an expression as Go writes them, in time that grows with the text and no faster, however
 * the expression is made. One that does not compile is left to the cluster, which could not have stored it.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  if (!COMPILED.has(pattern)) COMPILED.set(pattern, compiled(pattern));
  return COMPILED.get(pattern)?.matcher(text).find() ?? true;
}

function compiled(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return undefined;
  }
}
