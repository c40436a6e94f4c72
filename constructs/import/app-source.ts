import { DEFAULT_OPERATOR_VERSION, type DynamoApiVersion, type OperatorVersion, singleLine } from '../../api/index.ts';
import type { AppItem } from './app-item.ts';
import { declaredName, type Expressions, type ServiceDeclaration, Variable } from './declaration.ts';
import { printCall, printCallOfMany } from './print/call.ts';
import { printImports } from './print/imports.ts';
import { textLiteral } from './print/literal.ts';
import { type Variables, variablesOf } from './variables.ts';

/** Everything that the main module of an imported app says. */
export interface AppSource {
  readonly file: string;
  readonly environment: string;
  readonly namespace: string;
  readonly apiVersion: DynamoApiVersion;
  readonly operatorVersion: OperatorVersion;
  readonly items: readonly AppItem[];
}

export function printApp(app: AppSource): string {
  const scopes = scopesOf(app.items);
  const variables = variablesOf(app.items);
  const blocks = [
    printHeader(app),
    printImports(app.items),
    printSetup(app, scopes),
    ...scalersLast(app.items).map((item) => printItem(item, variables, scopeOf(item, scopes))),
    'app.synth();',
  ];
  return `${blocks.join('\n\n')}\n`;
}

function scopeOf({ isMain, namespace }: AppItem, scopes: ReadonlyMap<string | undefined, string>): string {
  return isMain ? ENVIRONMENT : (scopes.get(namespace) ?? ENVIRONMENT);
}

function printItem(item: AppItem, variables: Variables, scope: string): string {
  switch (item.kind) {
    case 'graph':
      return printGraph(item, variables, scope);
    case 'object':
      return printObject(item, variables.items.get(item) ?? item.kind, scope);
    case 'companion':
      return printCompanion(item, variables, scope);
  }
}

/** What scales a graph's services comes after it, wherever it stood. */
function scalersLast(items: readonly AppItem[]): readonly AppItem[] {
  const isScaler = (item: AppItem): boolean => item.kind === 'companion' && item.graph !== undefined;
  return [...items.filter((item) => !isScaler(item)), ...items.filter(isScaler)];
}

const ENVIRONMENT = 'environment';

function printHeader({ file }: AppSource): string {
  const shown = singleLine(file).replaceAll('*/', '* /');
  return `/** Imported from ${shown} by dynamo-gitops import. From here on this file is the source, and the manifest its result. */`;
}

/** Variables of the charts beside the environment, by their namespace. */
function scopesOf(items: AppSource['items']): ReadonlyMap<string | undefined, string> {
  const scopes = new Map<string | undefined, string>();
  for (const { isMain, namespace } of items) {
    if (isMain || scopes.has(namespace)) continue;
    const others = [...scopes.keys()].filter((one) => one !== undefined).length;
    scopes.set(namespace, namespace === undefined ? 'unplaced' : `elsewhere${others === 0 ? '' : others + 1}`);
  }
  return scopes;
}

function printSetup(
  { apiVersion, operatorVersion, environment, namespace }: AppSource,
  scopes: ReadonlyMap<string | undefined, string>,
): string {
  const settings = [
    'module: import.meta.url',
    ...(apiVersion === 'v1alpha1' ? [] : [`apiVersion: ${textLiteral(apiVersion)}`]),
    ...(operatorVersion === DEFAULT_OPERATOR_VERSION ? [] : [`operatorVersion: ${textLiteral(operatorVersion)}`]),
  ];
  const charts = [...scopes].map(([other, variable]) => {
    const comment =
      other === undefined ? '// These objects name no namespace: what applies the manifests says where they go.\n' : '';
    const props = { ...(other === undefined ? {} : { namespace: other }), disableResourceNameHashes: true };
    return `${comment}${printCall(`const ${variable} = new Chart`, [variable, props], ENVIRONMENT)}`;
  });
  return [
    `const app = new App({ ${settings.join(', ')} });`,
    printCall(`const ${ENVIRONMENT} = new Environment`, [environment, { namespace }], 'app'),
    ...charts,
  ].join('\n');
}

function printGraph(item: Extract<AppItem, { kind: 'graph' }>, variables: Variables, scope: string): string {
  const { id, graph, hasPins } = item;
  const variable = variables.items.get(item) ?? 'graph';
  const handles = variables.services.get(graph);
  const { declaration, patches } = graph;
  const { name, props, labels, annotations, services } = declaration;
  const allProps: Expressions = name === id ? props : { name, ...props };
  return [
    printCall(`const ${variable} = new GraphDeployment`, [id, allProps], scope),
    ...[...labels].map(([key, value]) => printCall(`${variable}.metadata.addLabel`, [key, value])),
    ...[...annotations].map(([key, value]) => printCall(`${variable}.metadata.addAnnotation`, [key, value])),
    ...services.map((service) => {
      const handle = handles?.get(declaredName(service));
      return `${handle === undefined ? '' : `const ${handle} = `}${printService(service, variable, hasPins)}`;
    }),
    ...(patches.length === 0
      ? []
      : [
          '// No property of the constructs says this.',
          printCallOfMany(
            `${variable}.patch`,
            patches.map((operation) => ({ ...operation })),
          ),
        ]),
  ].join('\n');
}

/** Names that the add methods give by themselves. */
const DEFAULT_NAMES: { readonly [method: string]: string } = {
  addFrontend: 'Frontend',
  addWorker: 'worker',
  addPrefill: 'prefill',
  addDecode: 'decode',
  addPlanner: 'Planner',
  addEpp: 'Epp',
};

function printService(service: ServiceDeclaration, variable: string, hasPins: boolean): string {
  const { method, options, replicas, isPinned } = service;
  const name = declaredName(service);
  const { type, subType, gpus, ...rest } = options;
  const hasPin = isPinned && hasPins;
  const isSaid = replicas !== undefined && (hasPin || replicas !== 1 || !DEFAULT_COUNTS.has(method));
  const props: Expressions = {
    ...(DEFAULT_NAMES[method] === name ? {} : { name }),
    ...(type === undefined ? {} : { type }),
    ...(subType === undefined ? {} : { subType }),
    ...(gpus === undefined ? {} : { gpus }),
    ...(isSaid ? { replicas: hasPin ? { min: replicas, max: replicas } : replicas } : {}),
    ...rest,
  };
  return printCall(`${variable}.${method}`, Object.keys(props).length === 0 ? [] : [props]);
}

/** Methods that write one replica where nothing is said. */
const DEFAULT_COUNTS: ReadonlySet<string> = new Set(['addFrontend', 'addService']);

function printObject({ id, object }: Extract<AppItem, { kind: 'object' }>, variable: string, scope: string): string {
  const made = (callee: string): string => printCall(callee, [id, object.props], scope);
  if (object.patches.length === 0) return made('new ApiObject');
  return [
    made(`const ${variable} = new ApiObject`),
    '// cdk8s does not keep these values.',
    ...object.patches.map((operation) => {
      const args = 'value' in operation ? [operation.path, operation.value] : [operation.path];
      return `${printCall(`${variable}.addJsonPatch(JsonPatch.${operation.op}`, args).slice(0, -1)});`;
    }),
  ].join('\n');
}

function printCompanion(item: Extract<AppItem, { kind: 'companion' }>, variables: Variables, scope: string): string {
  const made = `new ${item.companion.construct}`;
  if (item.graph === undefined) return printCall(made, [item.companion.claimName, item.companion.props], scope);
  const { construct, service, bounds, props } = item.companion;
  const { name, ...rest } = props;
  const variable = new Variable(variables.services.get(item.graph)?.get(service) ?? service);
  const all: Expressions =
    construct === 'ScalingAdapter'
      ? { service: variable, replicas: item.hasPins ? { ...bounds } : bounds.min }
      : { target: variable, name, [item.hasPins ? 'limits' : 'bounds']: { ...bounds }, ...rest };
  return printCall(made, [item.id, all], scope);
}
