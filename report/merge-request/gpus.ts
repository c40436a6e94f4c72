import type { PlanTarget } from '../../api/index.ts';
import { gpusOf, isFloor } from '../blocks/index.ts';
import { atMost, code, type Inline, separated } from '../markdown/index.ts';
import { type ProposalSubject, serviceLabel } from './subject.ts';

/**
 * GPUs that a proposal adds or takes: those of services whose count it sets, and those of floors, above which an
 * autoscaler may run more. Null as soon as the GPUs of a service are unknown, never counted as zero.
 */
export function gpuChange(changes: readonly PlanTarget[]): { readonly counts: number; readonly floors: number } | null {
  let counts = 0;
  let floors = 0;
  for (const change of changes) {
    if (change.gpusPerReplica === null) return null;
    const delta = (change.target - change.current) * change.gpusPerReplica;
    if (isFloor(change)) floors += delta;
    else counts += delta;
  }
  return { counts, floors };
}

/** Services that a sentence names; the table below it has every one. */
const MAX_NAMED = 4;

/**
 * ``+3 GPUs (`prefill` 2 → 3, `decode` 4 → 6)``. Each figure stands beside its service, since those of the services that
 * do not change, and of those that the plan does not know, are not in it.
 */
export function gpuSentence(subject: ProposalSubject, changes: readonly PlanTarget[]): readonly Inline[] {
  const gpus = gpuChange(changes);
  if (gpus === null) return ['GPUs unknown'];
  const withGpus = changes.filter((change) => change.gpusPerReplica !== 0);
  const parts = [
    { delta: gpus.counts, where: '', of: withGpus.filter((change) => !isFloor(change)) },
    { delta: gpus.floors, where: ' at the floor', of: withGpus.filter(isFloor) },
  ].filter(({ of }) => of.length > 0);
  if (parts.length === 0) return ['no GPUs'];
  return separated(
    parts.map(({ delta, where, of }) => [
      `${signed(delta)} ${Math.abs(delta) === 1 ? 'GPU' : 'GPUs'}${where} (`,
      ...named(subject, of),
      ')',
    ]),
  );
}

/** `4 → 6`, of a service whose GPUs are known. */
function gpuText(change: PlanTarget): string {
  const gpus = gpusOf([change]);
  return gpus === null ? 'unknown' : `${gpus.before} → ${gpus.after}`;
}

function named(subject: ProposalSubject, changes: readonly PlanTarget[]): readonly Inline[] {
  const { shown, more } = atMost(changes, MAX_NAMED);
  const services = shown.map((change): readonly Inline[] => [
    code(serviceLabel(subject, change)),
    ` ${gpuText(change)}`,
  ]);
  return [...separated(services), more === 0 ? '' : ` and ${more} more`];
}

/** `+3`, `-2`, `0` */
export function signed(number: number): string {
  return number > 0 ? `+${number}` : String(number);
}
