import { closestName } from '../../api/closest-name.ts';
import { type Problem, type Result, type ServiceView, succeed } from '../../api/index.ts';
import type { FleetGraph } from '../../manifests/index.ts';
import type { ReadGraphs } from './read-graphs.ts';
import type { Wish } from './wish.ts';

export interface FoundService {
  readonly graph: FleetGraph;
  readonly service: ServiceView;
}

/** The one service that a wish means, or what there is instead. */
export function findService(
  wish: Wish,
  { graphs, patches }: Pick<ReadGraphs, 'graphs' | 'patches'>,
  paths: readonly string[],
): Result<FoundService> {
  const ofName = graphs.filter((graph) => graph.view.name === wish.graph);
  const found = ofName.filter((graph) => wish.scope === undefined || scopesOf(graph).includes(wish.scope));
  const [graph] = found;
  if (graph === undefined) {
    const [names, none] =
      ofName.length === 0
        ? [graphs.map(({ view }) => view.name), 'no graph at all']
        : [ofName.flatMap(scopesOf), 'none with an environment or a namespace'];
    const where = ofName.length === 0 ? '' : ` with the environment or namespace "${wish.scope}"`;
    const message = `there is no graph "${wish.graph}"${where} in ${paths.join(', ')}`;
    const written = ofName.length === 0 ? wish.graph : (wish.scope ?? '');
    return missing(message, written, [...new Set(names)], none);
  }
  const withService = found.flatMap((one): readonly FoundService[] => {
    const service = one.view.services.find(({ name }) => name === wish.service);
    return service === undefined ? [] : [{ graph: one, service }];
  });
  const whole = withService.filter((one) => !patches.has(one.graph.file));
  const candidates = whole.length > 0 ? whole : withService;
  const [only, second] = candidates;
  if (only === undefined) {
    const names = [...new Set(found.flatMap(({ view }) => view.services.map(({ name }) => name)))];
    const message = `the graph "${wish.graph}" has no service "${wish.service}"`;
    return missing(message, wish.service, names, 'no service at all', graph);
  }
  return second === undefined ? succeed(only) : ambiguous(wish, candidates);
}

/** Words that tell a graph from others of its name: its environment, which only rendered graphs have, and its namespace. */
function scopesOf({ policy, view }: FleetGraph): readonly string[] {
  return [policy?.environment, view.namespace].filter((scope) => scope !== undefined);
}

function ambiguous(wish: Wish, candidates: readonly FoundService[]): Result<never> {
  const places = candidates.map(({ graph }) => `${graph.file}:${graph.line}`).join(', ');
  const message = `the graph "${wish.graph}" stands in ${candidates.length} places: ${places}`;
  const scopes = candidates.map(({ graph }) =>
    scopesOf(graph).find((scope) => candidates.filter((other) => scopesOf(other.graph).includes(scope)).length === 1),
  );
  const names = scopes.flatMap((scope) => (scope === undefined ? [] : [`${scope}/${wish.graph}/${wish.service}`]));
  const hint = names.length === candidates.length ? `write ${names.join(' or ')}` : 'name the file of one of them';
  return fails({ code: 'conflict', message, hint });
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
