import type { DumpOptions, ScalarNode, ScalarStyleRule } from 'js-yaml';
import loadJsYaml from '#js-yaml';
import type { JsonValue } from '../../api/json.ts';
import { type StringStyle, stringStyle } from './quoting.ts';

interface Library extends ReturnType<typeof loadJsYaml> {
  readonly options: DumpOptions;
}

let loaded: Library | undefined;

/** The library, with the options that everything is written with. */
function library(): Library {
  loaded ??= withOptions(loadJsYaml());
  return loaded;
}

function withOptions(yaml: ReturnType<typeof loadJsYaml>): Library {
  const { DEFAULT_SCALAR_STYLE_RULES, SCALAR_STYLE, strTag } = yaml;
  const styles: { readonly [style in StringStyle]: ScalarNode['style'] } = {
    plain: SCALAR_STYLE.PLAIN,
    single: SCALAR_STYLE.SINGLE_QUOTED,
    double: SCALAR_STYLE.DOUBLE_QUOTED,
    literal: SCALAR_STYLE.LITERAL_BLOCK,
  };
  /** The policy first; the library then quotes what its own reader would misread where the text stands. */
  const quoteByPolicy: ScalarStyleRule = (layout) => {
    if (layout.node.tag !== strTag.tagName) return;
    const style = stringStyle(layout.node.value);
    // A block would make a key of several lines, which needs YAML's rarest syntax.
    layout.style = styles[style === 'literal' && layout.isKey ? 'double' : style];
  };
  const scalarStyleRules = [quoteByPolicy, DEFAULT_SCALAR_STYLE_RULES.fallbackToDoubleQuoted];
  return { ...yaml, options: { lineWidth: -1, noRefs: true, scalarStyleRules } };
}

/** A whole document as the library lays it out. */
export function presentWhole(value: JsonValue): string {
  const { dump, options } = library();
  return dump(value, options);
}

/** A key as the library writes it; undefined where it needs a line of its own. */
export function keyText(key: string): string | undefined {
  return keys(key);
}

/**
 * A value as the library writes it. Of a block, every line after the first is without its indentation. Undefined for
 * what is no scalar of JSON.
 */
export function scalarText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return texts(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : presentWhole(value).slice(0, -1);
    default:
      return value === null ? 'null' : undefined;
  }
}

/** A key that is longer may come out too long for a line. */
const MAX_KEY_LENGTH = 200;

const keys = remembered((key) => {
  if (key.length > MAX_KEY_LENGTH || key.includes('\n')) return undefined;
  return stringStyle(key) === 'plain' ? key : pairText(key, 'v').slice(0, -': v\n'.length);
});

const texts = remembered((text) => {
  const style = stringStyle(text);
  return simpleText(text, style) ?? pairText('k', text).slice('k: '.length, -1).replaceAll('\n  ', '\n');
});

/** Printable in any encoding, and nothing that a double-quoted text escapes. */
const UNESCAPED = /^[ !#-[\]-~]+$/;

/**
 * What the policy writes plain, or quoted without an escape, the library writes so too, as tests show. There is nothing
 * to ask it, which for a text that every graph has another of, such as its policy, took a tenth of a synthesis.
 */
function simpleText(text: string, style: StringStyle): string | undefined {
  switch (style) {
    case 'plain':
      return text;
    case 'single':
      return `'${text}'`;
    case 'double':
      return UNESCAPED.test(text) ? `"${text}"` : undefined;
    case 'literal':
      return undefined;
  }
}

function pairText(key: string, value: string): string {
  const { COLLECTION_STYLE, CORE_SCHEMA, mapTag, options, present } = library();
  const items = [{ key: stringNode(key), value: stringNode(value) }];
  const contents = {
    kind: 'mapping',
    tag: mapTag.tagName,
    tagged: false,
    style: COLLECTION_STYLE.BLOCK,
    items,
  } as const;
  return present([{ contents, directives: [] }], { ...options, schema: CORE_SCHEMA });
}

function stringNode(value: string): ScalarNode {
  const { SCALAR_STYLE, strTag } = library();
  return { kind: 'scalar', tag: strTag.tagName, tagged: false, style: SCALAR_STYLE.PLAIN, value };
}

/** More texts than most repositories hold; beyond it they are forgotten, all at once. */
const MAX_REMEMBERED = 10_000;

function remembered<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly made: T }>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found.made;
    if (known.size >= MAX_REMEMBERED) known.clear();
    const made = make(text);
    known.set(text, { made });
    return made;
  };
}
