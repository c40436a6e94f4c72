import type { PlanShard } from '../../api/index.ts';
import { isChange, plural } from '../blocks/index.ts';
import { codeSpan, visibleText } from '../markdown/index.ts';
import type { Report } from '../report.ts';

/** One part of a plan: what it has before it shares budgets with the others. */
export function shardReport(shard: PlanShard, savedAs: string): Report {
  const { index, count } = shard.shard;
  const targets = shard.graphs.flatMap(({ services }) => services.map(({ target }) => target));
  const changes = targets.filter(isChange).length;
  const held = shard.graphs.flatMap((graph) => graph.held).filter(({ code }) => code !== 'not-planned').length;
  const line = `Part ${index} of ${count}: ${plural(shard.graphs.length, 'graph')}, ${plural(changes, 'change')} and ${held} held before budgets; written to`;
  return {
    document: shard,
    text: () => `${line} ${visibleText(savedAs)}\n`,
    markdown: () => `${line} ${codeSpan(savedAs)}\n`,
  };
}
