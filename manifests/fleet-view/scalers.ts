import { type GraphView, type Scaler, scalerOf, scalingAdapterName } from '../../api/index.ts';
import type { ManifestDocument } from '../read/manifest.ts';
import type { DocumentLocation } from './fleet.ts';

export interface LocatedScaler {
  readonly scaler: Scaler;
  readonly location: DocumentLocation;
}

export function locateScalers(documents: readonly ManifestDocument[]): readonly LocatedScaler[] {
  return documents.flatMap(({ file, index, value }) => {
    const scaler = scalerOf(value);
    return scaler === undefined ? [] : [{ scaler, location: { file, document: index } }];
  });
}

/** A graph, as far as scalers go by it. */
interface ScaledGraph {
  readonly view: GraphView;
  readonly file: string;
}

/**
 * The scalers that may drive each graph, in the order of the documents. Where the same graph stands several times, as one
 * folder an environment makes it, a scaler belongs to those that share the most folders with it: nothing in the scaler
 * itself names an environment.
 */
export function scalersByGraph<Graph extends ScaledGraph>(
  graphs: readonly Graph[],
  scalers: readonly LocatedScaler[],
): ReadonlyMap<Graph, readonly LocatedScaler[]> {
  const below = new Lists<Graph>();
  const namesByAdapter = new Lists<string>();
  for (const graph of graphs) {
    const { name, services } = graph.view;
    for (const folder of foldersAbove(graph.file)) below.add(placeOf(name, folder), graph);
    for (const service of services) namesByAdapter.add(scalingAdapterName(name, service.name), name);
  }
  for (const { scaler } of scalers) if (scaler.kind === 'adapter') namesByAdapter.add(scaler.name, scaler.graph);

  const found = new Lists<LocatedScaler, Graph>();
  for (const located of scalers) {
    const { scaler, location } = located;
    const names = scaler.kind === 'adapter' ? [scaler.graph] : namesByAdapter.of(scaler.adapterName);
    for (const name of new Set(names)) {
      const nearest = foldersAbove(location.file).find((folder) => below.of(placeOf(name, folder)).length > 0);
      if (nearest === undefined) continue;
      for (const graph of below.of(placeOf(name, nearest))) found.add(graph, located);
    }
  }
  return new Map(graphs.map((graph) => [graph, found.of(graph)]));
}

/** Lists by key, in the order of what was added. */
class Lists<Item, Key = string> {
  readonly #lists = new Map<Key, Item[]>();

  add(key: Key, item: Item): void {
    const list = this.#lists.get(key);
    if (list === undefined) this.#lists.set(key, [item]);
    else list.push(item);
  }

  of(key: Key): readonly Item[] {
    return this.#lists.get(key) ?? [];
  }
}

function placeOf(graph: string, folder: string): string {
  return JSON.stringify([graph, folder]);
}

/** The folder of a file and those that it is in, the innermost first; empty for the root. */
function foldersAbove(file: string): readonly string[] {
  const steps = file.split('/').slice(0, -1);
  return [...steps.map((_, index) => steps.slice(0, steps.length - index).join('/')), ''];
}
