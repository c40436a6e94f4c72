import type { Rule } from '../rule.ts';
import type { SchemaMistake } from '../schema/check.ts';
import { DYNAMO_KINDS } from '../schema/kinds.ts';

/** The structural schema of each kind; its tables are in `lint/schema/`. */
export const schemaRules: readonly Rule[] = [
  {
    ...schemaRule('schema-type', 'A value has another type than the definition says', 'type'),
    edit: 'quotes around a number, or true and false, where text is wanted',
  },
  schemaRule('schema-required', 'A required field is absent', 'required'),
  schemaRule('schema-value', 'A value is outside of its list, bounds, length or pattern', 'value'),
  schemaRule('schema-duplicate', 'Two items of a list have the same key', 'duplicate'),
  {
    ...schemaRule('schema-unknown-field', 'A field that the operator does not know is dropped', 'unknown-field'),
    severity: 'warning',
  },
];

function schemaRule(id: string, title: string, mistake: SchemaMistake): Rule {
  return {
    ...{ id, title, severity: 'error', stage: 'schema', on: 'both', kinds: DYNAMO_KINDS },
    check: ({ schemaViolations }) =>
      schemaViolations
        .filter((violation) => violation.mistake === mistake)
        .map(({ path, message, help, fix }) => ({ path, message, help, ...(fix === undefined ? {} : { fix }) })),
  };
}
