import type { DocumentPath } from './graph-view.ts';
import { isObject, type JsonObject, type JsonValue, objectAt, stringAt, valueAt } from './json.ts';
import type { DynamoApiVersion } from './names.ts';
import type { Problem } from './problem.ts';
import { MAIN_CONTAINER } from './v1beta1.ts';

/** What differs between the versions, brought to one form; nothing below this asks which version it was. */
export interface RawService {
  readonly name: string;
  readonly path: DocumentPath;
  readonly body: JsonObject;
  readonly declaredTypes: readonly {
    readonly source: 'type' | 'componentType' | 'subComponentType';
    readonly text: string;
  }[];
  readonly gpuLists: readonly ResourceList[];
  readonly hasClaims: boolean;
  readonly scalingAdapter: 'on' | 'off';
  readonly mainContainer: JsonObject;
  readonly podSpec: JsonObject | undefined;
}

export interface ResourceList {
  readonly path: string;
  readonly list: JsonObject;
}

/** The services of a graph of either version; what is no service is a problem. */
export function rawServices(
  apiVersion: DynamoApiVersion,
  document: JsonObject,
  problems: Problem[],
): readonly RawService[] {
  switch (apiVersion) {
    case 'v1alpha1': {
      const services = objectAt(document, 'spec', 'services');
      // The API server prunes a service that is null.
      const written = Object.entries(services ?? {}).filter(([, body]) => body !== null);
      if (written.length === 0) {
        problems.push(schemaProblem('spec.services', 'a v1alpha1 graph needs at least one service'));
        return [];
      }
      return written.flatMap(([name, body]) => {
        if (isObject(body)) return [alphaService(name, body)];
        problems.push(schemaProblem(`spec.services.${name}`, 'a service must be a map'));
        return [];
      });
    }
    case 'v1beta1': {
      const components = valueAt(document, 'spec', 'components');
      if (!Array.isArray(components) || components.length === 0) {
        problems.push(schemaProblem('spec.components', 'a v1beta1 graph needs at least one component'));
        return [];
      }
      const seen = new Set<string>();
      return components.flatMap((body, index) => {
        const name = stringAt(body, 'name');
        if (!isObject(body) || name === undefined || name === '') {
          problems.push(schemaProblem(`spec.components[${index}].name`, 'a component needs a name'));
          return [];
        }
        if (seen.has(name)) problems.push(schemaProblem(`spec.components[${index}].name`, `"${name}" stands twice`));
        seen.add(name);
        return [betaComponent(name, body)];
      });
    }
  }
}

function alphaService(name: string, body: JsonObject): RawService {
  const podSpec = objectAt(body, 'extraPodSpec');
  const mainContainer = objectAt(podSpec, 'mainContainer') ?? {};
  return {
    name,
    path: ['spec', 'services', name],
    body,
    declaredTypes: declared(body, ['subComponentType', 'componentType']),
    // The operator lays the main container over what the service declares, list by list.
    gpuLists: (['limits', 'requests'] as const).flatMap((kind) => [
      ...resourceList('extraPodSpec.mainContainer.resources', objectAt(mainContainer, 'resources'), kind),
      ...resourceList('resources', objectAt(body, 'resources'), kind),
    ]),
    hasClaims: hasItems(body, 'resources', 'claims') || podClaims(podSpec, mainContainer),
    scalingAdapter: isEnabled(valueAt(body, 'scalingAdapter', 'enabled')) ? 'on' : 'off',
    mainContainer,
    podSpec,
  };
}

/** Kubernetes reads YAML 1.1, in which a plain `yes` or `on` is true as well. */
function isEnabled(value: JsonValue | undefined): boolean {
  return value === true || (typeof value === 'string' && /^(y|yes|on|true)$/i.test(value));
}

function betaComponent(name: string, body: JsonObject): RawService {
  const podSpec = objectAt(body, 'podTemplate', 'spec');
  const containers = valueAt(podSpec, 'containers');
  const main = Array.isArray(containers)
    ? containers.find((container) => isObject(container) && container.name === MAIN_CONTAINER)
    : undefined;
  const mainContainer = isObject(main) ? main : {};
  return {
    name,
    path: ['spec', 'components', { name }],
    body,
    declaredTypes: declared(body, ['type']),
    gpuLists: (['limits', 'requests'] as const).flatMap((kind) =>
      resourceList(containerPath(MAIN_CONTAINER), objectAt(mainContainer, 'resources'), kind),
    ),
    hasClaims: podClaims(podSpec, mainContainer),
    scalingAdapter: isObject(body.scalingAdapter) ? 'on' : 'off',
    mainContainer,
    podSpec,
  };
}

function declared<S extends 'type' | 'componentType' | 'subComponentType'>(body: JsonObject, sources: readonly S[]) {
  return sources.flatMap((source) => {
    const text = body[source];
    return typeof text === 'string' && text !== '' ? [{ source, text }] : [];
  });
}

export function resourceList(
  path: string,
  resources: JsonObject | undefined,
  kind: 'limits' | 'requests',
): readonly ResourceList[] {
  const list = objectAt(resources, kind);
  return list === undefined ? [] : [{ path: `${path}.${kind}`, list }];
}

function containerPath(name: string): string {
  return `podTemplate.spec.containers[name=${name}].resources`;
}

function podClaims(podSpec: JsonObject | undefined, mainContainer: JsonObject): boolean {
  return hasItems(podSpec, 'resourceClaims') || hasItems(mainContainer, 'resources', 'claims');
}

export function hasItems(value: unknown, ...keys: readonly string[]): boolean {
  const found = valueAt(value, ...keys);
  return Array.isArray(found) && found.length > 0;
}

function schemaProblem(path: string, message: string): Problem {
  return { code: 'schema', path, message };
}
