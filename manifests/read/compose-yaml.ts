import { type Document, isNode, isScalar, parseDocument, type Tags, visit } from 'yaml';
import type { JsonValue, Result } from '../../api/index.ts';
import { bounded, type ReadingBudget, readingBudget } from './extent.ts';

export interface YamlError {
  readonly message: string;
  /** In the parsed text. */
  readonly offset: number;
}

/** A document with the places of everything in it. */
export interface ComposedYaml {
  readonly value: JsonValue;
  readonly document: Document.Parsed;
}

/**
 * Parses one document with positions, slowly. Meant for text that the fast parser has seen: nesting and aliases are
 * bounded there.
 */
export function composeYaml(text: string, budget: ReadingBudget = readingBudget()): Result<ComposedYaml, YamlError> {
  try {
    const document = parseDocument(text, {
      merge: true,
      prettyErrors: false,
      logLevel: 'silent',
      // Quadratic in the number of keys; the walk below is not.
      uniqueKeys: false,
      customTags: withoutSpecialFloats,
    });
    const error = document.errors[0];
    if (error !== undefined) return { ok: false, error: { message: error.message, offset: error.pos[0] } };
    const key = unusableKey(document);
    if (key !== undefined) return { ok: false, error: key };
    const value = bounded((document.toJS({ maxAliasCount: -1 }) ?? null) as JsonValue, text, budget);
    return value.ok ? { ok: true, value: { value: value.value, document } } : value;
  } catch (cause) {
    // The library throws what it finds wrong with aliases and merge keys; on those that lead to themselves it runs out of stack.
    if (!(cause instanceof Error)) throw cause;
    const message = cause instanceof RangeError ? 'its aliases or merge keys lead to themselves' : cause.message;
    return { ok: false, error: { message, offset: 0 } };
  }
}

/** Numbers that JSON has no word for stay text. */
function withoutSpecialFloats(tags: Tags): Tags {
  return tags.filter((tag) => typeof tag !== 'object' || tag.test?.test('.nan') !== true);
}

/** The first key that is no text, or that stands twice in its map. */
function unusableKey(document: Document.Parsed): YamlError | undefined {
  let found: YamlError | undefined;
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const offset = (isNode(key) ? key.range?.[0] : undefined) ?? map.range?.[0] ?? 0;
        if (!isScalar(key)) {
          found = { message: 'a key must be text, not a map, a list or an alias', offset };
          return visit.BREAK;
        }
        const name = String(key.value);
        if (seen.has(name) && name !== '<<') {
          found = { message: `the key "${name}" stands twice`, offset };
          return visit.BREAK;
        }
        seen.add(name);
      }
      return undefined;
    },
  });
  return found;
}
