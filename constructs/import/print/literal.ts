/** A text as TypeScript writes it: in single quotes where that needs no escapes, several lines as a template. */
export function textLiteral(text: string): string {
  if (isTemplate(text)) return `\`${text.replace(/[\\`]|\$(?=\{)/g, '\\$&').replace(INVISIBLE, escapeCharacter)}\``;
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replace(/[\\\n\t\r]/g, (character) => ESCAPES[character] ?? character)
    .replaceAll(quote, `\\${quote}`)
    .replace(INVISIBLE, escapeCharacter);
  return `${quote}${escaped}${quote}`;
}

/** Several lines, none of which ends with a blank that an editor would take away. */
function isTemplate(text: string): boolean {
  return text.trimEnd().includes('\n') && !/[ \t](\n|$)/.test(text) && !text.includes('\r');
}

const ESCAPES: { readonly [character: string]: string } = { '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r' };

/** Control characters, those that change the direction or the length of a line, and halves of pairs. */
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being escaped
  /[\u0000-\u0008\u000b-\u001f\u007f-\u00a0\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A property's name; one that would mean the prototype is written so that it does not. */
export function keyLiteral(key: string): string {
  if (key === '__proto__') return "['__proto__']";
  if (/^[A-Za-z_$][A-Za-z0-9_$]*$/.test(key)) return key;
  const literal = textLiteral(key);
  return literal.startsWith('`') ? `[${literal}]` : literal;
}
