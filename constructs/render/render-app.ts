import type { IConstruct } from 'constructs';
import { isDnsLabel, type JsonObject, type JsonValue, type Problem, stringAt } from '../../api/index.ts';
import { ApiObject, Chart } from '../cdk8s.ts';
import { Environment, environmentOf } from '../environment.ts';
import { CHECK, isChecked, pinsFileOf, problemAt, SynthError, settingsOf, warningsOf } from '../synthesis.ts';
import { dependencyOrder, isCycle } from './dependency-order.ts';
import { emitYaml } from './emit.ts';
import { objectProblems } from './object-problems.ts';
import type { RenderedApp, RenderedFile } from './rendered-app.ts';

/**
 * Renders a whole app: `<environment>/<app>/<kind>-<name>.yaml` for each object, in a further folder where its namespace
 * is not the environment's, and one `kustomization.yaml` that lists them in dependency order.
 *
 * @throws SynthError with everything that is wrong
 */
export function renderApp(app: IConstruct): RenderedApp {
  const { appName } = settingsOf(app);
  const constructs = app.node.findAll();
  const placed = constructs.filter((construct) => construct === app || environmentOf(construct) !== undefined);
  const problems = [...structureProblems(app, appName, constructs), ...placed.flatMap(ownProblems)];
  if (problems.length > 0) throw new SynthError(problems);

  const files: RenderedFile[] = [];
  for (const environment of constructs.filter((construct) => construct instanceof Environment)) {
    const rendered = renderEnvironment(environment, appName);
    files.push(...rendered.files);
    problems.push(...rendered.problems);
  }
  if (problems.length > 0) throw new SynthError(problems);
  return { app: appName, files, warnings: placed.flatMap(warningsOf) };
}

/** What each construct says of itself: ours with files and lines, those of cdk8s in words. */
function ownProblems(construct: IConstruct): readonly Problem[] {
  return [
    ...(isChecked(construct) ? construct[CHECK]() : []),
    ...construct.node.validate().map((message) => problemAt(construct, message)),
  ];
}

function structureProblems(app: IConstruct, appName: string, constructs: readonly IConstruct[]): readonly Problem[] {
  const problems: Problem[] = [];
  if (!isDnsLabel(appName)) {
    problems.push(
      problemAt(app, `the app's folder "${appName}" is not a lower-case DNS label, and it is the app's name`),
    );
  }
  for (const construct of constructs) {
    const { id, scope } = construct.node;
    // JavaScript puts such keys before all others, so that objects would change places when one is added.
    if (/^(0|[1-9]\d*)$/.test(id)) problems.push(problemAt(construct, `the id "${id}" is a number; give it a name`));
    if (construct instanceof Environment) {
      if (scope !== app) problems.push(problemAt(construct, 'an Environment belongs directly into the App'));
    } else if (
      (construct instanceof ApiObject || construct instanceof Chart) &&
      environmentOf(construct) === undefined
    ) {
      problems.push(problemAt(construct, 'is outside an Environment, so there is no folder to render it to'));
    }
  }
  return problems;
}

interface PlacedObject {
  readonly construct: ApiObject;
  /** Path below the environment's folder. */
  readonly path: string;
  readonly value: JsonObject;
}

function renderEnvironment(
  environment: Environment,
  appName: string,
): { readonly files: readonly RenderedFile[]; readonly problems: readonly Problem[] } {
  const order = dependencyOrder(environment);
  if (isCycle(order)) {
    const chain = order.cycle.map((construct) => `"${construct.node.path}"`).join(' → ');
    return { files: [], problems: [problemAt(environment, `dependencies go in a circle: ${chain}`)] };
  }
  const placed = order.map((construct) => place(construct, environment));
  const problems = [
    ...placed.flatMap(({ construct, value }) => objectProblems(construct, value)),
    ...duplicateProblems(placed),
  ];
  if (problems.length > 0) return { files: [], problems };
  const folder = `${environment.environmentName}/${appName}`;
  const files = placed.map(({ construct, path, value }) => ({
    path: `${folder}/${path}`,
    text: `${header(appName, pinsFileOf(construct))}${emitYaml(value)}`,
  }));
  return { files: [...files, kustomization(folder, appName, placed)], problems: [] };
}

function place(construct: ApiObject, environment: Environment): PlacedObject {
  const value = construct.toJson() as JsonObject;
  const namespace = stringAt(value, 'metadata', 'namespace');
  const file = `${fileName(construct.kind)}-${fileName(construct.name)}.yaml`;
  const isElsewhere = namespace !== undefined && namespace !== environment.namespace;
  return { construct, value, path: isElsewhere ? `${fileName(namespace).replaceAll('.', '-')}/${file}` : file };
}

/** Names of some kinds may hold characters that file names should not, such as `system:node`. */
function fileName(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9.-]/g, '-');
}

/** Two objects of one name would overwrite each other in the cluster, two of one file name here. */
function duplicateProblems(placed: readonly PlacedObject[]): readonly Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, PlacedObject>();
  for (const object of placed) {
    const earlier = seen.get(object.path);
    if (earlier === undefined) seen.set(object.path, object);
    else {
      const { kind, name } = object.construct;
      const message = `${kind} "${name}" and "${earlier.construct.node.path}" both render to "${object.path}"; give one another name`;
      problems.push(problemAt(object.construct, message));
    }
  }
  return problems;
}

function kustomization(folder: string, appName: string, placed: readonly PlacedObject[]): RenderedFile {
  const value: JsonValue = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: placed.map(({ path }) => path),
  };
  return { path: `${folder}/kustomization.yaml`, text: `${header(appName, undefined)}${emitYaml(value)}` };
}

function header(appName: string, pinsFile: string | undefined): string {
  const replicas = pinsFile === undefined ? '.' : `; replicas are set in ${pinsFile}.`;
  return `# Generated by dynamo-gitops synth from apps/${appName}. Do not edit${replicas}\n`;
}
