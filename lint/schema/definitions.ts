import type { JsonObject } from '../../api/index.ts';
import type { Violation } from '../finding.ts';
import type { SchemaViolation } from './check.ts';

/** What a cluster's own definitions say, in the place of our tables. */
export interface ClusterDefinitions {
  /** What they have against an object that is created, or that replaces `old`; undefined for kinds they do not define. */
  check(object: JsonObject, old: JsonObject | undefined): DefinitionReport | undefined;
}

export interface DefinitionReport {
  readonly violations: readonly SchemaViolation[];
  /** Of the validation rules (CEL); the API server asks them only where the structure is sound, and so do we. */
  readonly ruleViolations: readonly Violation[];
}
