import { DEFAULT_OPERATOR_VERSION, type DynamoApiVersion, type OperatorVersion, singleLine } from '../../api/index.ts';
import { Gpu } from '../gpu.ts';
import { declaredName, type Expression, type Expressions, type ServiceDeclaration } from './declaration.ts';
import type { ImportedGraph } from './import-graph.ts';
import type { ImportedObject } from './import-object.ts';
import type { Place } from './placement.ts';
import { printCall, printCallOfMany } from './print/call.ts';
import { textLiteral } from './print/literal.ts';

/** Everything that the main module of an imported app says. */
export interface AppSource {
  readonly file: string;
  readonly environment: string;
  readonly namespace: string;
  readonly apiVersion: DynamoApiVersion;
  readonly operatorVersion: OperatorVersion;
  readonly items: readonly (
    | (Place & { readonly kind: 'graph'; readonly graph: ImportedGraph; readonly hasPins: boolean })
    | (Place & { readonly kind: 'object'; readonly object: ImportedObject })
  )[];
}

export function printApp(app: AppSource): string {
  const scopes = scopesOf(app.items);
  const blocks = [
    printHeader(app),
    printImports(app),
    printSetup(app, scopes),
    ...graphNames(app.items).map(({ item, variable }) => {
      const scope = item.isMain ? ENVIRONMENT : (scopes.get(item.namespace) ?? ENVIRONMENT);
      return item.kind === 'graph' ? printGraph(item, variable, scope) : printObject(item, variable, scope);
    }),
    'app.synth();',
  ];
  return `${blocks.join('\n\n')}\n`;
}

const ENVIRONMENT = 'environment';

function printHeader({ file }: AppSource): string {
  const shown = singleLine(file).replaceAll('*/', '* /');
  return `/** Imported from ${shown} by dynamo-gitops import. From here on this file is the source, and the manifest its result. */`;
}

function printImports({ items }: AppSource): string {
  const objects = items.flatMap((item) => (item.kind === 'object' ? [item.object] : []));
  const cdk8s = [
    ...(objects.length > 0 ? ['ApiObject'] : []),
    ...(items.some(({ isMain }) => !isMain) ? ['Chart'] : []),
    ...(objects.some(({ patches }) => patches.length > 0) ? ['JsonPatch'] : []),
  ];
  const usesGpu = items.some((item) => item.kind === 'graph' && item.graph.declaration.services.some(mentionsGpu));
  const ours = ['App', 'Environment', ...(usesGpu ? ['Gpu'] : []), 'GraphDeployment'];
  return [
    ...(cdk8s.length > 0 ? [`import { ${cdk8s.join(', ')} } from 'cdk8s';`] : []),
    `import { ${ours.join(', ')} } from 'dynamo-gitops/constructs';`,
  ].join('\n');
}

function mentionsGpu({ options }: ServiceDeclaration): boolean {
  const mentions = (value: Expression | undefined): boolean =>
    value instanceof Gpu || (typeof value === 'object' && value !== null && Object.values(value).some(mentions));
  return mentions(options);
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

function graphNames(
  items: AppSource['items'],
): readonly { readonly item: AppSource['items'][number]; readonly variable: string }[] {
  const counts = { graph: 0, object: 0 };
  return items.map((item) => {
    counts[item.kind] += 1;
    return { item, variable: counts[item.kind] === 1 ? item.kind : `${item.kind}${counts[item.kind]}` };
  });
}

function printGraph(
  { id, graph, hasPins }: Extract<AppSource['items'][number], { kind: 'graph' }>,
  variable: string,
  scope: string,
): string {
  const { declaration, patches } = graph;
  const { name, props, labels, annotations, services } = declaration;
  const allProps: Expressions = name === id ? props : { name, ...props };
  return [
    printCall(`const ${variable} = new GraphDeployment`, [id, allProps], scope),
    ...[...labels].map(([key, value]) => printCall(`${variable}.metadata.addLabel`, [key, value])),
    ...[...annotations].map(([key, value]) => printCall(`${variable}.metadata.addAnnotation`, [key, value])),
    ...services.map((service) => printService(service, variable, hasPins)),
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

function printObject(
  { id, object }: Extract<AppSource['items'][number], { kind: 'object' }>,
  variable: string,
  scope: string,
): string {
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
