import type { PlanTarget } from '../../api/index.ts';
import { money } from '../blocks/index.ts';
import { gpuChange } from './gpus.ts';
import type { ProposalSubject } from './subject.ts';

/** `+7.50 USD/h`; undefined without a price or a known number of GPUs. */
export function costPerHour({ pricing }: ProposalSubject, changes: readonly PlanTarget[]): string | undefined {
  const gpus = gpuChange(changes);
  const delta = gpus === null ? 0 : gpus.counts + gpus.floors;
  if (pricing === undefined || delta === 0) return undefined;
  const amount = delta * pricing.perGpuHour;
  return `${amount > 0 ? '+' : ''}${money(amount, pricing.currency)}/h`;
}
