import type { OperatorVersion } from '../api/index.ts';
import type { Finding } from './finding.ts';
import { type Fleet, type FleetObject, type FleetRule, lintFleet, type PlannedGraphs } from './fleet.ts';
import { adapterRules } from './rules/adapters.ts';
import { argoCdRules } from './rules/argocd.ts';
import { claimRules } from './rules/claims.ts';
import { fluxRules } from './rules/flux.ts';
import { kustomizeRules } from './rules/kustomize.ts';
import { scaledByRules } from './rules/scaled-by.ts';

export type { FleetObject } from './fleet.ts';

/** Rules about objects that stand beside each other, or in each other's way. */
export const FLEET_RULES: readonly FleetRule[] = [
  ...scaledByRules,
  ...adapterRules,
  ...claimRules,
  ...argoCdRules,
  ...fluxRules,
  ...kustomizeRules,
];

/** What is wrong with an object beside the others. */
export function fleetFindings<Entry extends FleetObject>(
  objects: readonly Entry[],
  operator: OperatorVersion,
  planned: PlannedGraphs = [],
): readonly { readonly of: Entry; readonly finding: Finding }[] {
  return findingsIn(lintFleet(objects, operator, planned), objects);
}

/** The same of a fleet that is known, of these objects. */
export function findingsIn<Entry extends FleetObject>(
  fleet: Fleet,
  objects: readonly Entry[],
): readonly { readonly of: Entry; readonly finding: Finding }[] {
  const entries = new Map<FleetObject, Entry>(objects.map((entry) => [entry, entry]));
  return FLEET_RULES.flatMap((rule) =>
    rule.check(fleet).flatMap(({ of, severity = rule.severity, ...violation }) => {
      const entry = entries.get(of);
      return entry === undefined ? [] : [{ of: entry, finding: { rule: rule.id, severity, ...violation } }];
    }),
  );
}
