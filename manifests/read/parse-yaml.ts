import {
  CORE_SCHEMA,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  floatCoreTag,
  load,
  mapTag,
  mergeTag,
  NOT_RESOLVED,
  seqTag,
  YAMLException,
} from 'js-yaml';
import type { JsonValue, Result } from '../../api/index.ts';
import { composeYaml, type YamlError } from './compose-yaml.ts';
import { bounded, type ReadingBudget, readingBudget } from './extent.ts';
import { MAX_ALIASES, MAX_DEPTH } from './limits.ts';
import { readOrdinaryYaml } from './ordinary-yaml.ts';

/** Numbers that JSON has no word for stay text. */
const finiteFloatTag = defineScalarTag(floatCoreTag.tagName, {
  ...floatCoreTag,
  resolve: (source, isExplicit, tagName) => {
    const value = floatCoreTag.resolve(source, isExplicit, tagName);
    return typeof value === 'number' && !Number.isFinite(value) ? NOT_RESOLVED : value;
  },
});

/** A tag that nobody here knows, such as `!reference`, leaves the value as written. */
const unknownTags = ['!', 'tag:'].flatMap((prefix) => [
  defineScalarTag<string>(prefix, { matchByTagPrefix: true, resolve: (source) => source, identify: () => false }),
  defineSequenceTag(prefix, { ...seqTag, matchByTagPrefix: true, identify: () => false }),
  defineMappingTag(prefix, { ...mapTag, matchByTagPrefix: true, identify: () => false }),
]);

/** YAML 1.2 core with merge keys, as Kubernetes reads it apart from YAML 1.1's spellings of numbers and booleans. */
const OPTIONS = {
  schema: CORE_SCHEMA.withTags(mergeTag, finiteFloatTag, ...unknownTags),
  maxDepth: MAX_DEPTH,
  maxAliases: MAX_ALIASES,
} as const;

/**
 * What the js-yaml parser refuses, as the specification wants, and Kubernetes' parser does not: a flow collection that
 * goes on or closes at the column of its key.
 */
export function isStricterThanKubernetes(cause: unknown): boolean {
  return cause instanceof YAMLException && cause.reason === 'deficient indentation';
}

/**
 * What the text of one document says: plain JSON of bounded size. The fast ways, without positions: our own for what is
 * written as usual, and a whole parser for the rest; the slowest is asked only where that one is stricter than Kubernetes.
 */
export function parseYaml(text: string, budget: ReadingBudget = readingBudget()): Result<JsonValue, YamlError> {
  const value = readOrdinaryYaml(text);
  return value === undefined ? parseAnyYaml(text, budget) : { ok: true, value };
}

/** The same for whatever is written, ordinary or not. */
export function parseAnyYaml(text: string, budget: ReadingBudget = readingBudget()): Result<JsonValue, YamlError> {
  try {
    return bounded((load(text, OPTIONS) ?? null) as JsonValue, text, budget);
  } catch (cause) {
    if (!(cause instanceof YAMLException)) throw cause;
    if (isStricterThanKubernetes(cause)) {
      if (text.length > budget.composed) {
        const message = 'a list or map in brackets closes at the column of its key: indent it further';
        return { ok: false, error: { message, offset: cause.mark?.position ?? 0 } };
      }
      budget.composed -= text.length;
      const composed = composeYaml(text, budget);
      return composed.ok ? { ok: true, value: composed.value.value } : composed;
    }
    return { ok: false, error: worded(cause.reason, text, cause.mark?.position ?? 0) };
  }
}

/** The parser's reason, in a reader's words where its own need knowledge of the parser. */
function worded(reason: string, text: string, offset: number): YamlError {
  switch (reason) {
    case 'duplicated mapping key': {
      // The parser points behind an opening quote.
      const start = /["']/.test(text.charAt(offset - 1)) ? offset - 1 : offset;
      const key = /^(?:"[^"\r\n]*"|'[^'\r\n]*'|[^\s:,{}]+)/.exec(text.slice(start, start + 200))?.[0] ?? '';
      return { message: `the key ${key} stands twice`, offset: start };
    }
    case 'object-based map does not support complex keys':
      return { message: 'a key must be text, not a map or a list', offset };
    default:
      return { message: reason, offset };
  }
}
