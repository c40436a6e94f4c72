import { closestName } from '../../api/closest-name.ts';
import { type Problem, type Result, type ServiceView, succeed } from '../../api/index.ts';
import type { FleetGraph } from '../../manifests/index.ts';
import type { Wish } from './wish.ts';

export interface FoundService {
  readonly graph: FleetGraph;
  readonly service: ServiceView;
}

/** The one service that a wish means, or what there is instead. */
export function findService(wish: Wish, graphs: readonly FleetGraph[], paths: readonly string[]): Result<FoundService> {
  const found = graphs.filter((graph) => graph.view.name === wish.graph);
  const [graph, second] = found;
  if (graph === undefined) {
    const names = [...new Set(graphs.map(({ view }) => view.name))];
    return missing(`there is no graph "${wish.graph}" in ${paths.join(', ')}`, wish.graph, names, 'no graph at all');
  }
  if (second !== undefined) {
    const places = found.map(({ file, line }) => `${file}:${line}`).join(', ');
    const message = `the graph "${wish.graph}" stands in ${found.length} places: ${places}`;
    return fails({ code: 'conflict', message, hint: 'name the file of one of them' });
  }
  const service = graph.view.services.find(({ name }) => name === wish.service);
  if (service === undefined) {
    const names = graph.view.services.map(({ name }) => name);
    const message = `the graph "${wish.graph}" has no service "${wish.service}"`;
    return missing(message, wish.service, names, 'no service at all', graph);
  }
  return succeed({ graph, service });
}

/** Most names that a message lists. */
const MAX_NAMES = 20;

function missing(
  message: string,
  written: string,
  names: readonly string[],
  none: string,
  at?: FleetGraph,
): Result<never> {
  const near = closestName(written, names);
  const listed = names.slice(0, MAX_NAMES).join(', ') + (names.length > MAX_NAMES ? ', …' : '');
  const hint = names.length === 0 ? `there is ${none}` : `there ${names.length === 1 ? 'is' : 'are'} ${listed}`;
  return fails({
    code: 'not-found',
    ...(at === undefined ? {} : { file: at.file, line: at.line }),
    message: near === undefined ? message : `${message}; did you mean "${near}"?`,
    hint,
  });
}

function fails(problem: Problem): Result<never> {
  return { ok: false, error: [problem] };
}
