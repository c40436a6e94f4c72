import * as z from 'zod';
import { oid } from './parts.ts';

const entry = z.object({ oid, mode: z.int(), type: z.string() });
const textEntry = entry.extend({
  object: z
    .object({ text: z.string().nullish(), isBinary: z.boolean().nullish(), isTruncated: z.boolean().optional() })
    .nullable(),
});

export type ReadEntry = z.output<typeof textEntry> | z.output<typeof entry>;

export const commitFiles = z.object({
  repository: z
    .object({
      texts: z.record(z.string(), textEntry.nullable()).nullish(),
      entries: z.record(z.string(), entry.nullable()).nullish(),
    })
    .nullable(),
});

/** Files of up to two commits, by number: with their text of the one, and without of the other. */
export function commitFilesQuery(files: number, has: { readonly texts: boolean; readonly entries: boolean }): string {
  const numbers = Array.from({ length: files }, (_, index) => index);
  const variables = [
    ...['$owner: String!', '$repo: String!'],
    ...(has.texts ? ['$texts: GitObjectID!'] : []),
    ...(has.entries ? ['$entries: GitObjectID!'] : []),
    ...numbers.map((index) => `$p${index}: String!`),
  ];
  const of = (name: string, fields: string): string =>
    `    ${name}: object(oid: $${name}) {
      ... on Commit {
${numbers.map((index) => `        f${index}: file(path: $p${index}) { ${fields} }`).join('\n')}
      }
    }`;
  return `
query CommitFiles(${variables.join(', ')}) {
  repository(owner: $owner, name: $repo) {
${[
  ...(has.texts ? [of('texts', 'oid mode type object { ... on Blob { text isBinary isTruncated } }')] : []),
  ...(has.entries ? [of('entries', 'oid mode type')] : []),
].join('\n')}
  }
}`;
}
