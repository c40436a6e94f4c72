import type { JsonObject, OperatorVersion } from '../../../api/index.ts';

/** Objects by their files, from the repository's root. */
export interface CaseFiles {
  readonly [file: string]: JsonObject | readonly JsonObject[];
}

/** One line of a table about objects beside each other: where a rule refuses one, or what it lets pass. */
export interface FleetCase {
  readonly rule: string;
  /** `apps/chat.yaml spec.syncPolicy`; undefined for what the rule lets pass. */
  readonly place: string | undefined;
  readonly files: CaseFiles;
  readonly operator: OperatorVersion;
  /** What the message names, so that both sides can be found. */
  readonly names: readonly string[];
}

interface Circumstances {
  readonly operator?: OperatorVersion;
  readonly names?: readonly string[];
}

export function refusedAmong(rule: string, place: string, files: CaseFiles, more: Circumstances = {}): FleetCase {
  return { rule, place, files, operator: more.operator ?? '1.5.0', names: more.names ?? [] };
}

export function acceptedAmong(rule: string, files: CaseFiles, more: Circumstances = {}): FleetCase {
  return { rule, place: undefined, files, operator: more.operator ?? '1.5.0', names: [] };
}
