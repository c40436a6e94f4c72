import type { LatencyOutlook, ServiceRole } from '../../api/index.ts';
import type { JudgedService } from './guard-graph.ts';

/** What a role answers for: whoever reads the prompt for the first token, whoever writes for the others. */
const ANSWERS_FOR: { readonly [role in ServiceRole]?: readonly LatencyOutlook['latency'][] } = {
  prefill: ['ttft'],
  decode: ['itl'],
  worker: ['ttft', 'itl'],
};

const FIELDS = { ttft: 'ttftMs', itl: 'itlMs' } as const;

/** The latencies that a service is held to: declared, measured, and expected of a number of replicas. */
export function latencyOutlooks(
  { service, sla, reasons, expects }: JudgedService,
  replicas: number,
): readonly LatencyOutlook[] {
  if (sla === undefined) return [];
  return (ANSWERS_FOR[service.role] ?? []).map((latency): LatencyOutlook => {
    const field = FIELDS[latency];
    const measured = reasons.find(({ stage, name }) => stage === 'observed' && name === field)?.value;
    const expected = expects?.[field]?.(replicas);
    return {
      ...{ latency, targetMs: sla[field], measuredMs: measured ?? null },
      expected:
        expects === undefined || expected === undefined
          ? null
          : { replicas, ms: Number.isFinite(expected) ? expected : null, percentile: expects.percentile },
    };
  });
}
