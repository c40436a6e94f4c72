import { type Outcome, type Plan, type PlanTarget, SCHEMA_VERSION, type ServiceOutcome } from '../../../api/index.ts';
import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import { isoTime, type TrafficSeries } from '../../metrics/index.ts';
import type { ArrivalSettings, GraphEngine } from '../graph/index.ts';
import { fluidSimulation } from '../simulator/index.ts';
import { workloadOf } from '../workload/index.ts';
import { constantNumbers } from './constant-numbers.ts';
import { measuredSince, type Since } from './since.ts';

export interface OutcomeQuestion {
  readonly plan: Pick<Plan, 'digest' | 'createdAt'>;
  readonly deployment: string;
  readonly namespace: string;
  readonly environment: string;
  /** The plan's targets of the graph. */
  readonly targets: readonly PlanTarget[];
  /** Null where it was not merged. */
  readonly mergedAt: string | null;
  /** The stretch in which the numbers served, or would have. */
  readonly startMs: number;
  readonly endMs: number;
  readonly series: TrafficSeries;
  readonly arrivals: ArrivalSettings['settings'];
  /** What requests are simulated on, or why they are not. */
  readonly engine: GraphEngine | { readonly why: string };
  readonly giveUpSeconds: number;
}

/** Predicted against actual, and what would have been without the change, or with it. Pure. */
export function outcomeOf(question: OutcomeQuestion): Outcome {
  const { plan, targets, mergedAt, startMs, endMs, series } = question;
  const since = measuredSince(series, startMs, endMs);
  const simulated = simulatedBoth(question);
  return {
    ...{ schemaVersion: SCHEMA_VERSION, kind: 'outcome', plan: plan.digest, plannedAt: plan.createdAt },
    ...{ deployment: question.deployment, namespace: question.namespace, environment: question.environment },
    ...{ decision: mergedAt === null ? 'refused' : 'merged', mergedAt },
    judged: { start: isoTime(startMs), end: isoTime(endMs) },
    requests: since.requests,
    services: targets.map((target) => serviceOutcomeOf(target, since)),
    ...('why' in simulated ? { simulated: null, note: simulated.why } : { simulated }),
  };
}

const QUANTITIES = { prefill: 'prefillTokensPerSecond', decode: 'decodeTokensPerSecond' } as const;

function serviceOutcomeOf(target: PlanTarget, since: Since): ServiceOutcome {
  const { service, role, current, target: to, reasons, latencies = [] } = target;
  const quantity = role === 'prefill' || role === 'decode' ? QUANTITIES[role] : undefined;
  // What is forecast, corrected and asked for carries the same name; the last is what was sized for.
  const predicted = reasons.findLast(({ name, stage }) => name === quantity && stage !== 'observed')?.value;
  return {
    ...{ service, role, from: current, to },
    demand:
      quantity === undefined || predicted === undefined || predicted === null
        ? null
        : { quantity, predicted, highest: since.highest[quantity] },
    latencies: latencies.map(({ latency, targetMs, expected }) => {
      const measured = since[`${latency}Ms`];
      return {
        ...{ latency, targetMs, measuredMs: Number.isNaN(measured) ? null : measured },
        expectedMs: expected !== null && expected.replicas === to ? expected.ms : null,
      };
    }),
  };
}

function simulatedBoth(question: OutcomeQuestion): NonNullable<Outcome['simulated']> | { readonly why: string } {
  const { targets, engine: found, series, arrivals, startMs, endMs, giveUpSeconds } = question;
  if ('why' in found) return found;
  const prefill = targets.find(({ role }) => role === 'prefill');
  const decode = targets.find(({ role }) => role === 'decode');
  if (prefill === undefined || decode === undefined) {
    return { why: 'not simulated: the plan has not both a number for prefill and one for decode' };
  }
  if (prefill.owner === 'autoscaler' || decode.owner === 'autoscaler') {
    return { why: 'not simulated: a floor says how many run at least, and not how many ran' };
  }
  const { engine, sla } = found;
  const workload = workloadOf(series, { ...arrivals, seed: 1 });
  const minuteOf = (ms: number): number => Math.floor((ms - workload.startMs) / 60_000);
  const judged = { from: Math.max(0, minuteOf(startMs)), to: Math.min(workload.minutes, minuteOf(endMs)) };
  const simulation = fluidSimulation(engine, sla, { giveUpSeconds });
  const numbers = (replicas: ReplicaPair) =>
    constantNumbers({ workload, simulation, replicas, gpusPerReplica: engine.gpusPerReplica, judged });
  return {
    changed: numbers({ prefill: prefill.target, decode: decode.target }),
    unchanged: numbers({ prefill: prefill.current, decode: decode.current }),
  };
}
