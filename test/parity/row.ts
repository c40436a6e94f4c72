import { z } from 'zod';
import { type JsonValue, parseJsonDocument, type Result } from '../../api/index.ts';

const json = z.json() as unknown as z.ZodType<JsonValue>;

/** One reference case: what a function of the original was given, and what it answered. */
const rowSchema = z.looseObject({
  id: z.string(),
  function: z.string(),
  input: json,
  expected: json,
  /** Largest relative difference that still agrees; 1e-9 where absent. */
  tolerance: z.number().positive().nullish(),
});

export type Row = z.output<typeof rowSchema>;

export function parseRow(text: string, file: string): Result<Row> {
  return parseJsonDocument(rowSchema, text, file);
}
