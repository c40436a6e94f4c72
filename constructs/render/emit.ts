import { DEFAULT_SCALAR_STYLE_RULES, dump, SCALAR_STYLE, type ScalarStyleRule, strTag } from 'js-yaml';
import type { JsonValue } from '../../api/index.ts';
import { type StringStyle, stringStyle } from './quoting.ts';

const STYLES: { readonly [style in StringStyle]: (typeof SCALAR_STYLE)[keyof typeof SCALAR_STYLE] } = {
  plain: SCALAR_STYLE.PLAIN,
  single: SCALAR_STYLE.SINGLE_QUOTED,
  double: SCALAR_STYLE.DOUBLE_QUOTED,
  literal: SCALAR_STYLE.LITERAL_BLOCK,
};

const quoteByPolicy: ScalarStyleRule = (layout) => {
  if (layout.node.tag !== strTag.tagName) return;
  const style = stringStyle(layout.node.value);
  // A block would make a key of several lines, which needs YAML's rarest syntax.
  layout.style = STYLES[style === 'literal' && layout.isKey ? 'double' : style];
};

/** The policy first; the library then quotes what its own reader would misread where the text stands. */
const RULES = [quoteByPolicy, DEFAULT_SCALAR_STYLE_RULES.fallbackToDoubleQuoted];

/** One YAML document in block style, keys in the order of the value, with one line break at its end. No anchors. */
export function emitYaml(value: JsonValue): string {
  return dump(value, { lineWidth: -1, noRefs: true, scalarStyleRules: RULES });
}
