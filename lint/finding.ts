import type { FieldPath } from './field-path.ts';
import type { Fix } from './fix.ts';

/** `info` is for what works today and should change one day; it never fails a run. */
export type Severity = 'error' | 'warning' | 'info';

/** What one rule found at one place of one object. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** As the author wrote it. */
  readonly path: FieldPath;
  /** The path in the operator's own reply, where it differs: from 1.5 on it answers v1alpha1 requests in v1beta1's terms. */
  readonly operatorPath?: FieldPath;
  /** Where to look at in the file, if that is not what the path names, such as a field that is absent. */
  readonly shownAt?: FieldPath;
  /** What would happen. */
  readonly message: string;
  /** What to do. */
  readonly help: string;
  /** The edits that do it, where no judgement is needed; all of them or none. */
  readonly fix?: readonly Fix[];
  /** Whether what stands there must not be shown. */
  readonly isSecret?: true;
}

/** A finding before it knows which rule it belongs to. */
export interface Violation {
  readonly path: FieldPath;
  readonly operatorPath?: FieldPath;
  readonly shownAt?: FieldPath;
  readonly message: string;
  readonly help: string;
  readonly fix?: readonly Fix[];
  readonly isSecret?: true;
}
