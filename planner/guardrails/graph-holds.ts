import { type Freeze, type GraphView, type LiveStatus, objectAt, type Paused, pausedBy } from '../../api/index.ts';
import { freezesAt, freezeWords } from '../calendar/freeze.ts';
import type { GraphHold } from './guardrail.ts';
import { liveGraph } from './live-status.ts';

interface GraphPlace {
  readonly name: string;
  readonly namespace: string;
  readonly environment: string;
}

/** What keeps all numbers of a graph as they are: freezes of the config, and whoever paused it in Git or in the cluster. */
export function graphHolds(
  graph: GraphPlace,
  view: Pick<GraphView, 'annotations' | 'labels'>,
  { status, freezes, atMs }: { status: LiveStatus | undefined; freezes: readonly Freeze[]; atMs: number },
): readonly GraphHold[] {
  const live = status === undefined ? undefined : liveGraph(status, graph);
  const inGit = pausedBy(view.annotations) ?? pausedBy(view.labels);
  const inCluster =
    pausedBy(objectAt(live, 'metadata', 'annotations')) ?? pausedBy(objectAt(live, 'metadata', 'labels'));
  return [
    ...freezesAt(freezes, atMs, graph.environment).map(
      (freeze): GraphHold => ({
        ...{ guardrail: 'freeze', holds: freeze.holds },
        explanation: `${freeze.holds === 'all' ? 'frozen' : 'scale-down is frozen'} ${freezeWords(freeze)}`,
      }),
    ),
    ...(inGit === undefined ? [] : [pausedHold(inGit, 'in Git')]),
    ...(inCluster === undefined ? [] : [pausedHold(inCluster, 'in the cluster')]),
  ];
}

function pausedHold({ reason }: Paused, where: string): GraphHold {
  const why = reason === undefined ? '' : `: ${reason}`;
  return { guardrail: 'paused', holds: 'all', explanation: `paused ${where}${why}` };
}
