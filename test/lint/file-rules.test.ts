import { describe, expect, test } from '@jest/globals';
import { FILE_RULES, VERSION_NOT_SERVED } from '../../lint/index.ts';
import { fileCases } from './cases/files.ts';
import { findingsOfFiles } from './lint-file-case.ts';

describe('every rule about files', () => {
  test('has files that it finds fault with and some that it lets pass', () => {
    const lacking = [...FILE_RULES, VERSION_NOT_SERVED].filter(({ id }) => {
      const own = fileCases.filter(({ rule }) => rule === id);
      return !own.some(({ place }) => place === undefined) || !own.some(({ place }) => place !== undefined);
    });
    expect(lacking.map(({ id }) => id)).toEqual([]);
  });

  test.each(fileCases.map((one, index) => [`${one.rule} (${index + 1})`, one] as const))('%s', (_, one) => {
    const found = findingsOfFiles(one).map(({ file, line }) => `${file}${line === undefined ? '' : `:${line}`}`);
    expect(found).toEqual(one.place === undefined ? [] : [one.place]);
  });
});
