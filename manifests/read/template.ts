/** Placeholders of Helm and Go templates, of envsubst, and of ERB and its kin. */
const PLACEHOLDER = /\{\{|\$\{[A-Za-z_][A-Za-z0-9_]*\}|<%/;

/** The first mark of a template in a text, or undefined. */
export function templateMark(text: string): { readonly mark: string; readonly offset: number } | undefined {
  const found = PLACEHOLDER.exec(text);
  return found === null ? undefined : { mark: found[0], offset: found.index };
}

export const RENDER_FIRST = 'render it first, as "helm template" or envsubst does, and name the result';
