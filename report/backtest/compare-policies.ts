import type { Backtest, BacktestPolicy } from '../../api/index.ts';

/** Whether a policy is one of ours: the strategy `sla` with its lead, by itself or as the floor under an autoscaler. */
export function isOurs({ name }: Pick<BacktestPolicy, 'name'>): boolean {
  return name === 'sla' || name.startsWith('sla-');
}

/** Ours through Git alone, else any of ours. */
export function ourPolicy({ policies }: Pick<Backtest, 'policies'>): BacktestPolicy | undefined {
  return policies.find(({ name, channel }) => name === 'sla' && channel === 'git') ?? policies.find(isOurs);
}

/** Whether a policy works under what ours works under: the same lead, and few enough changes a day. */
export function isHeldAlike(policy: BacktestPolicy, { setting }: Pick<Backtest, 'setting'>): boolean {
  switch (policy.channel) {
    case 'static':
      return true;
    case 'git':
      return policy.proposalsPerDay <= setting.proposalsPerDay;
    case 'git-floor':
      return isOurs(policy);
    case 'native':
    case 'oracle':
      return false;
  }
}

type Fared = Pick<BacktestPolicy, 'attainment' | 'gpuHours'>;

export type Standing = 'ours-better' | 'equal' | 'mixed' | 'ours-worse';

/** How ours stands beside another policy: better where it is no worse in requests kept and GPU-hours, and better in one. */
export function standing(ours: Fared, other: Fared): Standing {
  const kept = Math.sign(ours.attainment - other.attainment);
  const saved = Math.sign(other.gpuHours - ours.gpuHours);
  if (kept === 0 && saved === 0) return 'equal';
  if (kept >= 0 && saved >= 0) return 'ours-better';
  return kept <= 0 && saved <= 0 ? 'ours-worse' : 'mixed';
}

/** The same in words, for the row of the other. */
export function standingWords(ours: BacktestPolicy, other: BacktestPolicy): string {
  if (other === ours || other.channel === 'oracle') return '';
  switch (standing(ours, other)) {
    case 'ours-better':
      return `${ours.name} is better`;
    case 'equal':
      return `as ${ours.name}`;
    case 'ours-worse':
      return `better than ${ours.name}`;
    case 'mixed':
      return other.attainment > ours.attainment ? 'keeps more, costs more' : 'costs less, keeps less';
  }
}
