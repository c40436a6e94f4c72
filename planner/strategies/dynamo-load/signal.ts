/** What the load of a role says about its replicas. */
export type LoadSignal =
  | 'up'
  | 'down'
  | 'stay'
  /** It could shrink, but the remaining workers might then miss the targets. */
  | 'refused'
  /** Something that the signal is computed from is not known. */
  | 'missing';

/** By how many replicas a signal changes a role: one at a time. */
export function stepOf(signal: LoadSignal): number {
  switch (signal) {
    case 'up':
      return 1;
    case 'down':
      return -1;
    case 'stay':
    case 'refused':
    case 'missing':
      return 0;
  }
}
