import type { Plan } from '../../api/index.ts';

/** What `--detailed-exitcode` asks for. Graphs that nobody asked to plan are not held back by anything. */
export function detailedExitCode({ targets, held }: Pick<Plan, 'targets' | 'held'>): 0 | 2 | 3 {
  if (targets.some((target) => target.target !== target.current)) return 2;
  return held.some((item) => item.code !== 'not-planned') ? 3 : 0;
}
