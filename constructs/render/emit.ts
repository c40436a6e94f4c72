import {
  boolCoreTag,
  COLLECTION_STYLE,
  CORE_SCHEMA,
  DEFAULT_SCALAR_STYLE_RULES,
  DUMP_SCHEMA,
  intCoreTag,
  jsToAst,
  type MappingNode,
  mapTag,
  type Node,
  nullCoreTag,
  present,
  SCALAR_STYLE,
  type ScalarNode,
  seqTag,
  strTag,
} from 'js-yaml';
import { isObject, type JsonObject, type JsonValue } from '../../api/json.ts';
import { type StringStyle, stringStyle } from './quoting.ts';

const STYLES: { readonly [style in StringStyle]: ScalarNode['style'] } = {
  plain: SCALAR_STYLE.PLAIN,
  single: SCALAR_STYLE.SINGLE_QUOTED,
  double: SCALAR_STYLE.DOUBLE_QUOTED,
  literal: SCALAR_STYLE.LITERAL_BLOCK,
};

const PRESENTER_OPTIONS = {
  schema: CORE_SCHEMA,
  lineWidth: -1,
  // The policy chose the styles; the library then quotes what its own reader would misread where the text stands.
  scalarStyleRules: [DEFAULT_SCALAR_STYLE_RULES.fallbackToDoubleQuoted],
};

/**
 * One YAML document in block style, keys in the order of the value, with one line break at its end. No anchors.
 *
 * The tree that the library presents is built here: its own way there asks each of YAML's types about each scalar, and
 * knows no policy that depends on the text alone, so that what is often said can be decided once.
 */
export function emitYaml(value: JsonValue): string {
  return present([{ contents: nodeOf(value), directives: [] }], PRESENTER_OPTIONS);
}

function nodeOf(value: JsonValue | undefined): Node {
  if (typeof value === 'string') return textNode(value);
  if (typeof value === 'boolean') return scalar(boolCoreTag.tagName, String(value), SCALAR_STYLE.PLAIN);
  if (value === null || value === undefined) return NULL;
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    return scalar(intCoreTag.tagName, String(value), SCALAR_STYLE.PLAIN);
  }
  if (Array.isArray(value)) {
    return { kind: 'sequence', tag: seqTag.tagName, tagged: false, style: BLOCK, items: value.map(nodeOf) };
  }
  // Anything else, such as a number with a fraction, is the library's to write or to refuse.
  return isObject(value) ? mappingNode(value) : (jsToAst(value, DUMP_SCHEMA)[0]?.contents ?? NULL);
}

function mappingNode(value: JsonObject): MappingNode {
  const items: MappingNode['items'] = [];
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item !== undefined) items.push({ key: keyNode(key), value: nodeOf(item) });
  }
  return { kind: 'mapping', tag: mapTag.tagName, tagged: false, style: BLOCK, items };
}

const BLOCK = COLLECTION_STYLE.BLOCK;
const NULL = scalar(nullCoreTag.tagName, 'null', SCALAR_STYLE.PLAIN);

function scalar(tag: string, value: string, style: ScalarNode['style']): ScalarNode {
  return { kind: 'scalar', tag, tagged: false, style, value };
}

const textNode = remembered((text) => scalar(strTag.tagName, text, STYLES[stringStyle(text)]));

/** A block would make a key of several lines, which needs YAML's rarest syntax. */
const keyNode = remembered((text) => {
  const style = stringStyle(text);
  return scalar(strTag.tagName, text, STYLES[style === 'literal' ? 'double' : style]);
});

/** More texts than most repositories hold; beyond it they are forgotten, all at once. */
const MAX_REMEMBERED = 10_000;

function remembered(make: (text: string) => ScalarNode): (text: string) => ScalarNode {
  const nodes = new Map<string, ScalarNode>();
  return (text) => {
    const known = nodes.get(text);
    if (known !== undefined) return known;
    if (nodes.size >= MAX_REMEMBERED) nodes.clear();
    const node = make(text);
    nodes.set(text, node);
    return node;
  };
}
