import { stringify } from 'yaml';

/** Apart from the other printers, since only this one needs the library; a bundle gives a package loaded late no names. */
export function printYaml(document: object): string {
  return stringify(document, { aliasDuplicateObjects: false });
}
