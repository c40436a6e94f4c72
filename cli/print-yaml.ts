import { stringify } from 'yaml';

/**
 * Apart from the other printers, since only this one needs the library; a bundle gives a package loaded late no names.
 * @param isInWorkflow whether the runner of GitHub Actions reads it: then every text is one quoted line, in which it finds no
 * workflow command.
 */
export function printYaml(document: object, isInWorkflow: boolean): string {
  return isInWorkflow
    ? stringify(document, { aliasDuplicateObjects: false, lineWidth: 0, ...QUOTED }).replaceAll('##[', '#\\x23[')
    : stringify(document, { aliasDuplicateObjects: false });
}

const QUOTED = {
  defaultStringType: 'QUOTE_DOUBLE',
  defaultKeyType: 'PLAIN',
  doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
} as const;
