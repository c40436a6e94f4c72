import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { formatProblem, parseJsonDocument, valueAt } from '../../api/index.ts';
import type { Row } from './row.ts';

const FILE = 'test/parity/exclusions.json';

const exclusionSchema = z.strictObject({
  functions: z.array(z.string()).min(1),
  /** Narrows the exclusion to rows whose input has this text at this path. */
  where: z.strictObject({ path: z.array(z.string()).min(1), equals: z.string() }).optional(),
  reason: z.string().min(1),
});

export type Exclusion = z.output<typeof exclusionSchema>;

/** What is left out of the comparison, each with its reason. */
export function readExclusions(root: string): readonly Exclusion[] {
  const parsed = parseJsonDocument(z.array(exclusionSchema), readFileSync(join(root, FILE), 'utf8'), FILE);
  if (!parsed.ok) throw new Error(parsed.error.map(formatProblem).join('\n'));
  return parsed.value;
}

export function exclusionOf(exclusions: readonly Exclusion[], row: Row): Exclusion | undefined {
  return exclusions.find(
    ({ functions, where }) =>
      functions.includes(row.function) && (where === undefined || valueAt(row.input, ...where.path) === where.equals),
  );
}
