import {
  canonicalJson,
  type DynamoApiVersion,
  isObject,
  type JsonObject,
  type OperatorVersion,
} from '../../../api/index.ts';
import { Hpa, Keda, ScalingAdapter } from '../../autoscaling/index.ts';
import { ApiObject, Chart, type Construct } from '../../cdk8s.ts';
import { Environment } from '../../environment.ts';
import { Gpu } from '../../gpu.ts';
import type { Service } from '../../graph/index.ts';
import { ModelCache } from '../../model-cache/index.ts';
import { CHECK, isChecked, isSynthError } from '../../synthesis.ts';
import { declareGraph, scratchApp } from '../build.ts';
import { Call, type Expression } from '../declaration.ts';
import type { ImportedGraph } from '../import-graph.ts';
import type { Place } from '../placement.ts';
import type { Companion, ScalingCompanion } from './companion.ts';

/** Where a construct is made. */
export interface Surroundings {
  readonly apiVersion: DynamoApiVersion;
  readonly operatorVersion: OperatorVersion;
  /** Namespace of the environment. */
  readonly namespace: string;
  readonly place: Place;
}

/** The graph whose service a construct scales, and what scales its services already. */
export interface ScaledGraph {
  readonly graph: ImportedGraph;
  readonly scalers: readonly ScalingCompanion[];
}

/** Whether a construct, made beside its graph, renders an object exactly, and neither has anything against it. */
export function rendersAs(
  object: JsonObject,
  companion: Companion,
  scaled: ScaledGraph | undefined,
  surroundings: Surroundings,
): boolean {
  try {
    const rendered = render(companion, scaled, surroundings);
    return rendered !== undefined && isSame(rendered, object);
  } catch (cause) {
    if (isSynthError(cause)) return false;
    throw cause;
  }
}

function render(
  companion: Companion,
  scaled: ScaledGraph | undefined,
  surroundings: Surroundings,
): JsonObject | undefined {
  const scope = scopeIn(surroundings);
  const declared =
    scaled === undefined ? undefined : declareGraph(scope, scaled.graph.declaration, scaled.graph.patches);
  const make = (id: string, one: Companion): Construct | undefined => {
    if (one.construct === 'ModelCache') return new ModelCache(scope, one.claimName, whenRun(one.props) as never);
    const service = declared?.services.get(one.service);
    return service === undefined ? undefined : makeScaler(scope, id, one, service);
  };
  const others = (scaled?.scalers ?? []).map((other, index) => make(`other-${index}`, other));
  const made = make('candidate', companion);
  const all = [declared?.deployment, ...others, made].filter((one) => one !== undefined);
  if (all.some((one) => isChecked(one) && one[CHECK]().length > 0)) return undefined;
  const objects = made?.node.findAll().filter((one): one is ApiObject => one instanceof ApiObject) ?? [];
  return objects.length === 1 ? (objects[0]?.toJson() as JsonObject | undefined) : undefined;
}

function scopeIn({ apiVersion, operatorVersion, namespace, place }: Surroundings): Construct {
  const environment = new Environment(scratchApp({ apiVersion, operatorVersion }), 'import', { namespace });
  if (place.isMain) return environment;
  return new Chart(environment, 'elsewhere', {
    ...(place.namespace === undefined ? {} : { namespace: place.namespace }),
    disableResourceNameHashes: true,
  });
}

function makeScaler(
  scope: Construct,
  id: string,
  { construct, props, bounds }: ScalingCompanion,
  target: Service,
): Construct {
  // The properties were read in the shapes that the types describe; the compiler says so again of the imported app.
  const all = { target, bounds, ...(whenRun(props) as object) } as never;
  switch (construct) {
    case 'Hpa':
      return new Hpa(scope, id, all);
    case 'Keda':
      return new Keda(scope, id, all);
    case 'ScalingAdapter':
      return new ScalingAdapter(scope, id, { service: target, replicas: bounds.min });
  }
}

/** What an expression is when the source runs. */
function whenRun(expression: Expression | undefined): unknown {
  if (expression instanceof Call) return expression.value;
  if (Array.isArray(expression)) return expression.map((item: Expression) => whenRun(item));
  if (typeof expression !== 'object' || expression === null || expression instanceof Gpu) return expression;
  return Object.fromEntries(Object.entries(expression).map(([key, value]) => [key, whenRun(value as Expression)]));
}

function isSame(rendered: JsonObject, written: JsonObject): boolean {
  return canonicalJson(withoutNamespace(rendered)) === canonicalJson(withoutNamespace(written));
}

/** The namespace comes from where the object stands. */
function withoutNamespace(object: JsonObject): JsonObject {
  const { metadata } = object;
  if (!isObject(metadata) || typeof metadata.namespace !== 'string') return object;
  const { namespace: _, ...rest } = metadata;
  return { ...object, metadata: rest };
}
