import type { AppItem } from './app-item.ts';
import type { ImportedGraph } from './import-graph.ts';

/** What the source calls what it declares. */
export interface Variables {
  readonly items: ReadonlyMap<AppItem, string>;
  /** Services that something scales, by their graph and their names in the code. */
  readonly services: ReadonlyMap<ImportedGraph, ReadonlyMap<string, string>>;
}

/** Names for what an app declares: `graph`, `graph2`, and `graphDecode` for a service that something scales. */
export function variablesOf(items: readonly AppItem[]): Variables {
  const counts = { graph: 0, object: 0, companion: 0 };
  const names = new Map<AppItem, string>();
  for (const item of items) {
    counts[item.kind] += 1;
    names.set(item, counts[item.kind] === 1 ? item.kind : `${item.kind}${counts[item.kind]}`);
  }
  const taken = new Set(names.values());
  const services = new Map<ImportedGraph, ReadonlyMap<string, string>>();
  for (const item of items) {
    if (item.kind !== 'graph') continue;
    const graph = names.get(item) ?? item.kind;
    const scaled = new Set(items.flatMap((other) => serviceScaledBy(other, item.graph)));
    services.set(item.graph, new Map([...scaled].map((service) => [service, serviceVariable(graph, service, taken)])));
  }
  return { items: names, services };
}

function serviceScaledBy(item: AppItem, graph: ImportedGraph): readonly string[] {
  return item.kind === 'companion' && item.graph === graph ? [item.companion.service] : [];
}

function serviceVariable(graph: string, service: string, taken: Set<string>): string {
  const words = service.split(/[^A-Za-z0-9]+/).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const base = `${graph}${words.join('')}`;
  let name = base;
  for (let number = 2; taken.has(name); number += 1) name = `${base}${number}`;
  taken.add(name);
  return name;
}
