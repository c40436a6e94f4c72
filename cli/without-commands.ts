/**
 * Text in which the runner finds no workflow command: it reads `::name::` where a line begins, after white space too, and
 * the older `##[name]` anywhere (actions/runner, `ActionCommand.cs`). An invisible space stands within what would be one.
 */
export function withoutCommands(text: string): string {
  return text.replace(/(^|[\r\n])([^\S\r\n]*):(?=:)/g, '$1$2:\u200b').replaceAll('##[', '##\u200b[');
}

/** A JSON document, the same value, without the older ones; the newer stand in no line that begins with a quote. */
export function jsonWithoutCommands(json: string): string {
  return json.replaceAll('##[', '#\\u0023[');
}
