import type { PlanTarget } from '../../api/index.ts';

export function isChange({ current, target }: PlanTarget): boolean {
  return current !== target;
}

/** Whether the edited number is no count, but the floor of the autoscaler that sets the count. */
export function isFloor(target: PlanTarget): boolean {
  switch (target.owner) {
    case 'graph':
    case 'adapter':
      return false;
    case 'autoscaler':
      return true;
  }
}

/** `2 → 4`, or `2` where nothing changes. */
export function changeText(before: number, after: number): string {
  return before === after ? `${before}` : `${before} → ${after}`;
}

/** GPUs of services before and after. */
export interface GpuCount {
  readonly before: number;
  readonly after: number;
}

/** Null as soon as the GPUs of one service are unknown, never counted as zero. */
export function gpusOf(targets: readonly PlanTarget[]): GpuCount | null {
  let [before, after] = [0, 0];
  for (const { current, target, gpusPerReplica } of targets) {
    if (gpusPerReplica === null) return null;
    before += current * gpusPerReplica;
    after += target * gpusPerReplica;
  }
  return { before, after };
}

/** Four digits that matter, thousands apart: `20`, `42.54`, `1,250`. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 1000 ? 0 : size >= 100 ? 1 : 2;
  const [whole = '', fraction = ''] = value.toFixed(decimals).split('.');
  const digits = fraction.replace(/0+$/, '');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${digits === '' ? '' : `.${digits}`}`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${Math.abs(count) === 1 ? '' : 's'}`;
}
