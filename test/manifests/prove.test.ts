import { describe, expect, test } from '@jest/globals';
import { locateInDocument } from '../../manifests/locate/locate.ts';
import { parsedDocument } from '../../manifests/locate/parsed-document.ts';
import { documentSpans } from '../../manifests/read/document-span.ts';
import type { PlacedEdit } from '../../manifests/splice/edit.ts';
import { provesEdits } from '../../manifests/splice/prove.ts';

const BEFORE = '# 🚀 note\na: {replicas: 2, other: 2}\nb: "2"\n---\nc: 2\n';
const PATH = ['a', 'replicas'];

/** What the proof says of a result, for the edit of `a.replicas` from 2 to 12. */
function verdict(after: string, changed: Partial<PlacedEdit> = {}): string {
  const bytes = new TextEncoder().encode(BEFORE);
  const spans = documentSpans(BEFORE);
  const first = spans[0];
  const document = first === undefined ? undefined : parsedDocument('a.yaml', BEFORE, first);
  if (document?.ok !== true) throw new Error('the original does not parse');
  const located = locateInDocument(document.value, PATH);
  if (!located.ok) throw new Error('the number is not there');
  const edit = { document: 0, path: PATH, from: 2, to: 12, located: located.value, ...changed };
  const before = { text: BEFORE, bytes, spans, documents: new Map([[0, document.value]]) };
  const proof = provesEdits({ file: 'a.yaml', before, edits: [edit], after: new TextEncoder().encode(after) });
  return proof.ok ? 'proven' : proof.error.map(({ message }) => message).join();
}

describe('the proof of a splice', () => {
  test('holds for the planned number and nothing else', () => {
    expect(verdict(BEFORE.replace('replicas: 2', 'replicas: 12'))).toBe('proven');
  });

  test.each([
    ['the number did not change', BEFORE],
    ['another number changed', BEFORE.replace('other: 2', 'other: 12')],
    ['both changed', BEFORE.replaceAll(': 2,', ': 12,').replace('other: 2', 'other: 12')],
    ['a number changed in another document', BEFORE.replace('replicas: 2', 'replicas: 12').replace('c: 2', 'c: 3')],
    ['a comment changed', BEFORE.replace('replicas: 2', 'replicas: 12').replace('note', 'mote')],
    ['a space went', BEFORE.replace('replicas: 2, ', 'replicas: 12,')],
    ['the end of the file went', BEFORE.replace('replicas: 2', 'replicas: 12').trimEnd()],
    ['a document was added', `${BEFORE.replace('replicas: 2', 'replicas: 12')}---\nd: 1\n`],
    ['the number became another', BEFORE.replace('replicas: 2', 'replicas: 13')],
  ])('fails where %s', (_, after) => {
    expect(verdict(after)).toBe('the edit was not made: it would change other bytes');
  });

  test('fails where the bytes are right and the meaning is not', () => {
    const after = BEFORE.replace('replicas: 2', 'replicas: 12');
    expect(verdict(after, { path: ['a', 'other'] })).toBe('the edit was not made: it would change another value');
    expect(verdict(after, { document: 1 })).toBe('the edit was not made: it would change document 1');
  });
});
