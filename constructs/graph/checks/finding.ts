import type { DeclaredGraph } from '../declared-graph.ts';

/** Something that admission would refuse, or that would not serve. */
export interface Finding {
  /** Undefined for the graph itself. */
  readonly service?: string;
  readonly message: string;
}

/** One rule, or a few about one thing. Every rule sees the whole graph and reports all that it finds. */
export type Check = (graph: DeclaredGraph) => readonly Finding[];
