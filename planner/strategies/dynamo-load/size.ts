import { type DynamoLoadSettings, type PlanReason, succeed } from '../../../api/index.ts';
import { measuredSeries, wholeStretch } from '../measured-series.ts';
import { manifestGpus } from '../service-gpus.ts';
import { type HeldService, type Hold, hold, type SizedAlone, type SizedService, type SizeGraph } from '../strategy.ts';
import { decidePairLoad, decideRoleLoad, type LoadReason, type RoleLoadDecision } from './decide-load.ts';
import { type LoadWorkers, loadWorkers } from './load-workers.ts';
import { type LoadQuestion, type MeasuredRole, measuredRole } from './measured-role.ts';

/** GPUs are the budgets' business, which look at the whole fleet. */
const NO_BAND = { minGpus: -1, maxGpus: -1 };

/**
 * Adds and takes away a replica at a time where a queue or the KV cache passes a threshold, as Dynamo's planners do with
 * what workers report; here with what was recorded of the graph as a whole.
 */
export const sizeByLoad: SizeGraph<DynamoLoadSettings> = (settings, context) => {
  const workers = loadWorkers(context.view);
  if (workers.kind === 'held') return succeed(workers);
  const measured = measuredSeries(context);
  if (measured.kind === 'held') return succeed(measured);
  const found = wholeStretch(measured.series, settings.intervalSeconds, context.atMs);
  if (found.kind === 'held') return succeed(found);
  const question: LoadQuestion = { settings, context, series: measured.series, stretch: found.stretch };
  const roles = rolesOf(workers, question);
  const unsettled = roles.find((role): role is Hold => role.kind === 'held');
  if (unsettled !== undefined) return succeed(unsettled);
  const settled = roles.flatMap((role) => (role.kind === 'role' ? [role] : []));
  const services: SizedService[] = [];
  const held: HeldService[] = [];
  for (const [role, decision] of decisionsOf(settled)) {
    const sized = sizedRole(role, decision);
    if (sized.kind === 'sized') services.push(sized);
    else held.push({ ...sized, service: role.service.name });
  }
  return succeed({ kind: 'sized', services, held });
};

function rolesOf(workers: LoadWorkers, question: LoadQuestion): readonly (MeasuredRole | Hold)[] {
  switch (workers.kind) {
    case 'pair':
      return [
        measuredRole(workers.prefill, 'prefillReady', ['queue'], question),
        measuredRole(workers.decode, 'decodeReady', ['kv'], question),
      ];
    case 'aggregated':
      return [measuredRole(workers.worker, 'decodeReady', ['queue', 'kv'], question)];
  }
}

function decisionsOf(
  roles: readonly MeasuredRole[],
): readonly (readonly [MeasuredRole, RoleLoadDecision | undefined])[] {
  const [first, second] = roles;
  if (first === undefined) return [];
  if (second === undefined) {
    const decision = decideRoleLoad(first.load, NO_BAND);
    return [[first, decision.kind === 'held' ? undefined : decision.role]];
  }
  const decision = decidePairLoad(first.load, second.load, NO_BAND);
  const isHeld = decision.kind === 'held';
  return [
    [first, isHeld ? undefined : decision.prefill],
    [second, isHeld ? undefined : decision.decode],
  ];
}

/** Without reports the decision is to stay, which is not the same as to know that nothing has to change. */
function sizedRole(role: MeasuredRole, decision: RoleLoadDecision | undefined): SizedAlone {
  const { service, current, load, missing, reasons } = role;
  if (missing !== undefined) return hold('no-data', missing);
  if (decision === undefined) return hold('no-data', `nothing was measured of ${service.name}`);
  const raw = current + decision.replicas - load.ready;
  const outcome: PlanReason = {
    ...{ stage: 'raw', name: 'replicas', value: raw },
    explanation: `${REASONS[decision.reason]}: ${current === raw ? `${raw}` : `${current} → ${raw}`}; ${loadWords(reasons)}`,
  };
  return {
    kind: 'sized',
    service,
    raw,
    gpusPerReplica: manifestGpus(service),
    isRelative: true,
    reasons: [...reasons, outcome],
  };
}

const REASONS: { readonly [reason in LoadReason]: string } = {
  'scale-up': 'one more',
  'scale-down': 'one less',
  'no-change': 'no change',
  'capped-by-throughput': 'no change',
  missing: 'no change',
  refused: 'no change',
};

function loadWords(reasons: readonly PlanReason[]): string {
  return reasons.flatMap(({ stage, explanation }) => (stage === 'demand' ? [explanation] : [])).join('; ');
}
