import {
  DEFAULT_OPERATOR_VERSION,
  isDnsSubdomain,
  isServiceName,
  OPERATOR_VERSIONS,
  type OperatorVersion,
} from '../../api/index.ts';
import { type BuiltGraph, buildGraph } from './build.ts';
import { declaredName, type Expressions, type GraphDeclaration, type ServiceDeclaration } from './declaration.ts';
import { asCustom } from './read-service.ts';

/** A declaration that synthesis accepts, and what stood in the way of a more telling one. */
export interface SettledGraph {
  readonly declaration: GraphDeclaration;
  readonly operatorVersion: OperatorVersion;
  /** What the rules say against the manifest, which the hatch then carries past them. */
  readonly refusals: readonly string[];
  /** What is left and cannot be declared in any way. */
  readonly obstacles: readonly string[];
}

/**
 * The newest released operator that takes all graphs as they are, then older ones, then the one in development; else the
 * one that has least to say against them.
 */
export function fittingOperator(graphs: readonly GraphDeclaration[]): OperatorVersion {
  const released = OPERATOR_VERSIONS.indexOf(DEFAULT_OPERATOR_VERSION);
  const candidates = [...OPERATOR_VERSIONS.slice(0, released + 1).reverse(), ...OPERATOR_VERSIONS.slice(released + 1)];
  const known = candidates.filter(
    (version) => OPERATOR_VERSIONS.indexOf(version) >= OPERATOR_VERSIONS.indexOf(oldest(graphs)),
  );
  let best: { readonly version: OperatorVersion; readonly count: number } | undefined;
  for (const version of known) {
    const count = graphs.reduce((sum, graph) => sum + buildGraph(graph, version).problems.length, 0);
    if (count === 0) return version;
    if (best === undefined || count < best.count) best = { version, count };
  }
  return best?.version ?? DEFAULT_OPERATOR_VERSION;
}

/** v1beta1 is served from 1.2.0 on. */
function oldest(graphs: readonly GraphDeclaration[]): OperatorVersion {
  return graphs.some(({ apiVersion }) => apiVersion === 'v1beta1') ? '1.2.0' : '0.9.0';
}

/**
 * Takes out of a declaration whatever the rules refuse, a property at a time, and puts in what they miss: the hatch then
 * says the difference, unchecked, so that the app says the same as the manifest even where an operator would not take it.
 */
export function settleGraph(graph: GraphDeclaration, operatorVersion: OperatorVersion): SettledGraph {
  let declaration = graph;
  let built = buildGraph(declaration, operatorVersion);
  const renamed = graph.services.filter(({ alias }) => alias !== undefined);
  const refusals = new Set([
    ...problemsOf(built),
    ...renamed.map(({ name }) => `"${name}" is no name of a service, or differs from another in case only`),
  ]);
  while (built.problems.length > 0) {
    const better = firstBetter(declaration, built, operatorVersion);
    if (better === undefined) break;
    [declaration, built] = better;
  }
  return { declaration, operatorVersion, refusals: [...refusals], obstacles: problemsOf(built) };
}

function problemsOf({ problems }: BuiltGraph): readonly string[] {
  return problems.map(({ service, message }) => (service === undefined ? message : `${service}: ${message}`));
}

function firstBetter(
  declaration: GraphDeclaration,
  built: BuiltGraph,
  operatorVersion: OperatorVersion,
): readonly [GraphDeclaration, BuiltGraph] | undefined {
  const blamed = new Set(built.problems.map(({ service }) => service));
  for (const candidate of variants(declaration, blamed)) {
    const rebuilt = buildGraph(candidate, operatorVersion);
    if (rebuilt.problems.length < built.problems.length) return [candidate, rebuilt];
  }
  return undefined;
}

/** What stands in for an image that a manifest leaves out, until the hatch removes it. */
const STAND_IN_IMAGE = 'stand-in:1.0.0';

/** The same for the services of a graph that has none. */
const STAND_IN: ServiceDeclaration = {
  method: 'addService',
  name: 'stand-in',
  options: { image: STAND_IN_IMAGE },
  replicas: 1,
  isPinned: false,
};

/** Declarations that say a little less, or more, those first that cost least. */
function* variants(graph: GraphDeclaration, blamed: ReadonlySet<string | undefined>): Generator<GraphDeclaration> {
  const isBlamed = (service: ServiceDeclaration): boolean => blamed.has(undefined) || blamed.has(declaredName(service));
  const withService = (index: number, service: ServiceDeclaration): GraphDeclaration => ({
    ...graph,
    services: graph.services.map((one, place) => (place === index ? service : one)),
  });
  const suspects = [...graph.services.entries()].filter(([, service]) => isBlamed(service));
  for (const [index, service] of suspects) {
    if (service.method !== 'addService') yield withService(index, asCustom(service));
  }
  if (graph.services.length === 0) yield { ...graph, services: [STAND_IN] };
  for (const key of Object.keys(graph.props)) yield { ...graph, props: less(graph.props, key) };
  if (graph.annotations.size > 0) yield { ...graph, annotations: new Map() };
  for (const [index, service] of suspects) {
    const custom = asCustom(service);
    for (const key of Object.keys(custom.options)) {
      yield withService(index, { ...custom, options: less(custom.options, key) });
    }
    yield withService(index, { ...custom, options: { ...custom.options, image: STAND_IN_IMAGE } });
    const { type: _, subType: __, eppConfig: ___, ...rest } = custom.options;
    yield withService(index, { ...custom, options: rest });
    if (custom.replicas !== undefined) yield withService(index, { ...custom, replicas: 1, isPinned: false });
    yield withService(index, { ...custom, alias: aliasOf(graph, index) });
  }
  for (const [index, service] of suspects) yield withService(index, bare(service, aliasOf(graph, index)));
  const services = graph.services.map((service, index) => bare(service, aliasOf(graph, index)));
  yield { ...graph, props: {}, annotations: new Map(), services };
}

/** A service of which the hatch says everything. */
function bare({ name }: ServiceDeclaration, alias: string): ServiceDeclaration {
  return { ...STAND_IN, name, alias };
}

function less(options: Expressions, key: string): Expressions {
  return Object.fromEntries(Object.entries(options).filter(([one]) => one !== key));
}

/** A graph without names that could not even be looked up: patches give those back. */
export function plainlyNamed(graph: GraphDeclaration): GraphDeclaration {
  const seen = new Set<string>();
  const services = graph.services.map((service, index) => {
    const isPlain = isServiceName(service.name) && !seen.has(service.name.toLowerCase());
    seen.add(service.name.toLowerCase());
    return isPlain ? service : { ...service, alias: aliasOf(graph, index) };
  });
  return { ...graph, name: isDnsSubdomain(graph.name) ? graph.name : plainName(graph.name), services };
}

/** A name of the same look that Kubernetes takes. */
export function plainName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'graph' : plain;
}

function aliasOf({ services }: GraphDeclaration, index: number): string {
  const taken = new Set(services.map(({ name }) => name.toLowerCase()));
  for (let number = index + 1; ; number += 1) {
    const alias = `s${number}`;
    if (!taken.has(alias)) return alias;
  }
}
