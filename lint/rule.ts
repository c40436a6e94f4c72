import type { JsonObject, OperatorVersion } from '../api/index.ts';
import type { Place } from './component.ts';
import type { Severity, Violation } from './finding.ts';
import type { Fix } from './fix.ts';
import type { DynamoKind } from './schema/kinds.ts';
import type { Subject } from './subject.ts';

/** Who acts on what the rule is about. */
export type RuleStage =
  /** The API server, from the definition's schema and its CEL rules. */
  | 'schema'
  /** The operator's admission webhook. */
  | 'webhook'
  /** The operator accepts the object and then fails on it, or ignores a part of it. */
  | 'reconcile'
  /** Nobody refuses it; it goes wrong with what GitOps does. */
  | 'gitops';

/** One thing that goes wrong, named. A rule is pure: the same subject gives the same violations. */
export interface Rule {
  /** Lower case, with dashes; part of the contract, since people suppress by it. */
  readonly id: string;
  /** One sentence for the catalogue. */
  readonly title: string;
  /** What `--fix` does about it, for the documentation; absent where somebody has to choose. */
  readonly edit?: string;
  readonly severity: Severity;
  readonly stage: RuleStage;
  /** First operator that it holds for; all where absent. */
  readonly since?: OperatorVersion;
  /** Last operator that it holds for; all where absent. */
  readonly until?: OperatorVersion;
  /** `update` rules need the old object. */
  readonly on: 'create' | 'update' | 'both';
  readonly kinds: readonly DynamoKind[];
  check(subject: Subject): readonly Violation[];
}

/** A rule about an object that is none of Dynamo's own, on its own: an autoscaler of a graph, or a Secret beside one. */
export interface OtherRule {
  readonly id: string;
  readonly title: string;
  /** What `--fix` does about it, for the documentation; absent where somebody has to choose. */
  readonly edit?: string;
  readonly severity: Severity;
  /** Where admission refuses the object: the API server, or the webhook of who reads it. */
  readonly stage?: Extract<RuleStage, 'schema' | 'webhook'>;
  readonly kind: string;
  check(object: JsonObject): readonly Violation[];
}

export const GRAPHS: readonly DynamoKind[] = ['DynamoGraphDeployment'];
export const COMPONENTS: readonly DynamoKind[] = ['DynamoGraphDeployment', 'DynamoComponentDeployment'];

/** @param fix edits that mend it, for `lint --fix`; only where nobody has to choose, and nothing that runs is lost. */
export function violation(place: Place, message: string, help: string, ...fix: readonly Fix[]): Violation {
  return { ...place, message, help, ...(fix.length === 0 ? {} : { fix }) };
}

export function when(condition: boolean, found: () => Violation): readonly Violation[] {
  return condition ? [found()] : [];
}
