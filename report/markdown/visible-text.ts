/** Longest piece of outside text that is shown; the plan document has the rest. */
const MAX_CHARACTERS = 600;

/**
 * Outside text on one line and fully visible: line breaks and tabs become spaces, control, format (bidirectional,
 * zero-width) and unassigned characters the replacement character; what is too long is cut.
 */
export function visibleText(text: string, maxCharacters: number = MAX_CHARACTERS): string {
  const clean = text
    .replace(/[\s\u0085\u2028\u2029]+/gu, ' ')
    // Invisible on purpose (Cf), half a character (Cs), or nothing that a reader could name (Cc, Cn, Co).
    .replace(/\p{C}/gu, '\ufffd');
  const characters = clean.length <= maxCharacters ? undefined : Array.from(clean);
  return characters === undefined || characters.length <= maxCharacters
    ? clean
    : `${characters.slice(0, maxCharacters - 1).join('')}…`;
}
