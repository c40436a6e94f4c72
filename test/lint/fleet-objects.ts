import { posix } from 'node:path';
import { isObject, type JsonObject } from '../../api/index.ts';
import type { FleetObject } from '../../lint/index.ts';
import type { CaseFiles } from './cases/fleet-case.ts';

/** The objects of a case's files, each shown with its position in its file. */
export function objectsOf(files: CaseFiles): readonly FleetObject[] {
  return Object.entries(files).flatMap(([file, one]) => {
    const all: readonly JsonObject[] = isObject(one) ? [one] : one;
    const folder = posix.dirname(file);
    return all.map((object, index) => ({ object, file, folder, shown: `${file}:${index + 1}` }));
  });
}
