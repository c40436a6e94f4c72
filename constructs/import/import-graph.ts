import {
  type DynamoApiVersion,
  isObject,
  type JsonObject,
  type JsonValue,
  type OperatorVersion,
  objectAt,
  POLICY_ANNOTATION,
  stringAt,
} from '../../api/index.ts';
import type { PatchOperation } from '../graph/hatch/json-patch.ts';
import { buildGraph } from './build.ts';
import type { Expression, Expressions, GraphDeclaration, ServiceDeclaration } from './declaration.ts';
import { difference, escaped } from './difference.ts';
import { countLeaves } from './leaves.ts';
import { pickObject, pickText } from './pick.ts';
import { CONTAINER_FIELDS, isNamed, VOLUME_FIELDS } from './pod-shapes.ts';
import { graphPropsV1Alpha1, servicesV1Alpha1 } from './read-v1alpha1.ts';
import { componentsV1Beta1, graphPropsV1Beta1 } from './read-v1beta1.ts';
import { plainlyNamed, settleGraph } from './settle.ts';

/** A place where the app says something that no typed property says. */
export interface HatchUse {
  /**
   * `patch` changes the finished manifest. `field` is a field of a pod, container or volume that its type does not name.
   */
  readonly kind: 'patch' | 'field';
  /** Path in the manifest for a patch, else in the code. */
  readonly path: string;
  readonly leaves: number;
}

/** A graph as source code will say it. */
export interface ImportedGraph {
  readonly declaration: GraphDeclaration;
  readonly patches: readonly PatchOperation[];
  readonly hatch: readonly HatchUse[];
  /** Leaves of the manifest, and how many of them no typed property says. */
  readonly leaves: { readonly total: number; readonly typed: number };
  readonly refusals: readonly string[];
  readonly obstacles: readonly string[];
}

/** What a manifest says of a graph, by the typed properties that fit; nothing is decided about it yet. */
export function readGraph(manifest: JsonObject, apiVersion: DynamoApiVersion): GraphDeclaration {
  const spec = pickObject(manifest, 'spec') ?? {};
  const metadata = pickObject(manifest, 'metadata');
  const isAlpha = apiVersion === 'v1alpha1';
  const graph = shareCommon({
    apiVersion,
    name: pickText(metadata, 'name') ?? '',
    props: isAlpha ? graphPropsV1Alpha1(spec) : graphPropsV1Beta1(spec),
    labels: stringsOf(metadata, 'labels'),
    annotations: stringsOf(metadata, 'annotations'),
    services: isAlpha ? servicesV1Alpha1(spec) : componentsV1Beta1(spec),
  });
  return plainlyNamed(graph);
}

/** The graph as calls and patches, which together say exactly what the manifest says. */
export function importGraph(
  manifest: JsonObject,
  declared: GraphDeclaration,
  operatorVersion: OperatorVersion,
): ImportedGraph {
  const { declaration, refusals, obstacles } = settleGraph(declared, operatorVersion);
  const renamed = renames(declaration, manifest);
  const rendered = obstacles.length > 0 ? {} : buildGraph(declaration, operatorVersion, renamed).render();
  const patches = [...renamed, ...difference(rendered, expected(manifest, rendered), 'name')];
  const hatch = [...patches.map(patchUse), ...declaration.services.flatMap(openUses)];
  const total = countLeaves(manifest);
  const untyped = hatch.reduce((sum, { leaves }) => sum + leaves, 0);
  return { declaration, patches, hatch, leaves: { total, typed: total - untyped }, refusals, obstacles };
}

/** What is to be rendered: the manifest, its namespace left to where the graph stands, and what is ours. */
function expected(manifest: JsonObject, rendered: JsonObject): JsonObject {
  const { metadata, ...rest } = manifest;
  const { namespace, annotations, ...own } = isObject(metadata) ? metadata : {};
  const policy = objectAt(rendered, 'metadata', 'annotations')?.[POLICY_ANNOTATION];
  return {
    ...rest,
    metadata: {
      ...own,
      // One that is no text is no namespace that the graph could stand in.
      ...(namespace === undefined || typeof namespace === 'string' ? {} : { namespace }),
      annotations: { ...(isObject(annotations) ? annotations : {}), [POLICY_ANNOTATION]: policy },
    },
  };
}

function stringsOf(metadata: JsonObject | undefined, key: string): ReadonlyMap<string, string> {
  const entries = Object.entries(pickObject(metadata, key) ?? {});
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** What all services say alike is said once, of the graph. */
function shareCommon(graph: GraphDeclaration): GraphDeclaration {
  const image = common(graph.services, 'image');
  const secret = common(graph.services, 'envFromSecret');
  const { backend, ...props } = graph.props;
  return {
    ...graph,
    props: {
      ...(backend === undefined ? {} : { backend }),
      ...(image === undefined ? {} : { image }),
      ...(secret === undefined ? {} : { environmentSecret: secret }),
      ...props,
    },
    services: graph.services.map((service) => {
      const { image: ownImage, envFromSecret: ownSecret, ...rest } = service.options;
      const options = {
        ...(image === undefined && ownImage !== undefined ? { image: ownImage } : {}),
        ...(secret === undefined && ownSecret !== undefined ? { envFromSecret: ownSecret } : {}),
      };
      return { ...service, options: ordered(service.options, { ...rest, ...options }) };
    }),
  };
}

function common(services: readonly ServiceDeclaration[], key: string): Expression | undefined {
  const [first] = services;
  const value = first?.options[key];
  return services.length > 1 && services.every(({ options }) => options[key] === value) ? value : undefined;
}

/** The entries that are left, in the order they had. */
function ordered(before: Expressions, after: Expressions): Expressions {
  return Object.fromEntries(Object.keys(before).flatMap((key) => (key in after ? [[key, after[key]]] : [])));
}

/** Names that the code cannot have, given back. */
function renames({ apiVersion, services }: GraphDeclaration, manifest: JsonObject): readonly PatchOperation[] {
  return services.flatMap(({ name, alias }, index): readonly PatchOperation[] => {
    if (alias === undefined) return [];
    if (apiVersion === 'v1alpha1') {
      return [{ op: 'move', from: `/spec/services/${alias}`, path: `/spec/services/${escaped(name)}` }];
    }
    const list = pickObject(manifest, 'spec')?.components;
    const written = Array.isArray(list) ? stringAt(list[index], 'name') : undefined;
    const path = `/spec/components/${index}/name`;
    return [written === undefined ? { op: 'remove', path } : { op: 'replace', path, value: written }];
  });
}

function patchUse(operation: PatchOperation): HatchUse {
  const leaves = 'value' in operation ? countLeaves(operation.value) : 0;
  return { kind: 'patch', path: operation.path, leaves };
}

/** Fields that the open types of pods, containers and volumes take without naming them. */
function openUses({ name, options }: ServiceDeclaration): readonly HatchUse[] {
  const lists = [
    ['initContainers', CONTAINER_FIELDS],
    ['sidecars', CONTAINER_FIELDS],
    ['volumes', VOLUME_FIELDS],
  ] as const;
  return [
    ...unnamed(asJson(options.container), CONTAINER_FIELDS, `${name}.container`),
    ...lists.flatMap(([list, fields]) => {
      const items = options[list];
      return (Array.isArray(items) ? items : []).flatMap((item: JsonValue, index) =>
        unnamed(asJson(item), fields, `${name}.${list}.${index}`),
      );
    }),
    ...unnamed(objectIn(options.podTemplate, 'spec'), {}, `${name}.podTemplate.spec`),
  ];
}

function unnamed(
  from: JsonObject | undefined,
  named: Parameters<typeof isNamed>[0],
  path: string,
): readonly HatchUse[] {
  return Object.entries(from ?? {}).flatMap(([key, value]) =>
    value === undefined || isNamed(named, key, value)
      ? []
      : [{ kind: 'field' as const, path: `${path}.${key}`, leaves: countLeaves(value) }],
  );
}

function asJson(value: Expression | undefined): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

function objectIn(value: Expression | undefined, key: string): JsonObject | undefined {
  const json = asJson(value);
  return json === undefined ? undefined : pickObject(json, key);
}
