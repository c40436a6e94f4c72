import type { PlanTarget } from '../../api/index.ts';
import { atMost, type Block, type Cell, code, type Inline, strong } from '../markdown/index.ts';
import { changeText, gpusOf, isChange, isFloor } from './numbers.ts';
import { whyText } from './why.ts';

/** How a table names services, and how long it may get. */
export interface TableWords {
  readonly label: (target: PlanTarget) => string;
  /** What the number of a service is, where it is no count: ``floor of HPA `chat` ``. */
  readonly floor: (target: PlanTarget) => readonly Inline[];
  readonly rows: number;
}

/** Services with their numbers before and after, and why. */
export function replicaTable(targets: readonly PlanTarget[], words: TableWords): Block {
  const { shown, more } = atMost(targets, words.rows);
  return {
    kind: 'table',
    head: ['Service', 'Replicas', 'GPUs per replica', 'GPUs', 'Why'],
    rows: [
      ...shown.map((target) => replicaRow(target, words)),
      ...(more === 0 ? [] : [[[`and ${more} more`], [], [], [], ['see the plan']]]),
    ],
  };
}

function replicaRow(target: PlanTarget, { label, floor }: TableWords): readonly Cell[] {
  const gpus = gpusOf([target]);
  const least = isFloor(target) ? 'at least ' : '';
  return [
    [code(label(target)), ...(isFloor(target) ? [' (', ...floor(target), ')'] : [])],
    isChange(target) ? [`${target.current} → `, strong(String(target.target))] : [String(target.current)],
    [target.gpusPerReplica === null ? 'unknown' : String(target.gpusPerReplica)],
    [gpus === null ? 'unknown' : `${least}${changeText(gpus.before, gpus.after)}`],
    [whyText(target)],
  ];
}
