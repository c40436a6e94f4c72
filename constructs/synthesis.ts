import type { IConstruct } from 'constructs';
import type { DynamoApiVersion, OperatorVersion } from '../api/index.ts';
import { formatProblem, type Problem, singleLine } from '../api/problem.ts';

/** What an app decides once for everything in it. */
export interface AppSettings {
  /** Name of the app: the folder of its main module. */
  readonly appName: string;
  readonly apiVersion: DynamoApiVersion;
  readonly operatorVersion: OperatorVersion;
  /** Folder of the app's main module; pins are below it. */
  readonly directory: string;
}

// Registered symbols hold across two copies of this package, as cdk8s's own do.
const SETTINGS = Symbol.for('dynamo-gitops.AppSettings');
const SYNTH_ERROR = Symbol.for('dynamo-gitops.SynthError');

/** Method of a construct that says what is wrong with it, before anything is rendered. */
export const CHECK: unique symbol = Symbol.for('dynamo-gitops.check');

/** Method of a construct that says what is allowed and will be regretted; it is asked when nothing is wrong. */
export const WARN: unique symbol = Symbol.for('dynamo-gitops.warn');

/** Property of a construct whose rendered file takes numbers from elsewhere: the path of that file, to name in its header. */
export const PINS_FILE: unique symbol = Symbol.for('dynamo-gitops.pinsFile');

/** A construct that checks itself. A problem with the construct has no file; one with a file that it read names it. */
export interface Checked {
  [CHECK](): readonly Problem[];
}

export function isChecked(construct: object): construct is Checked {
  return CHECK in construct;
}

/** A construct that has something to say about itself that stops nothing. */
export interface Warning {
  [WARN](): readonly Problem[];
}

export function warningsOf(construct: object): readonly Problem[] {
  return WARN in construct ? (construct as Warning)[WARN]() : [];
}

export function pinsFileOf(construct: object): string | undefined {
  const file = PINS_FILE in construct ? construct[PINS_FILE] : undefined;
  return typeof file === 'string' ? file : undefined;
}

/** Makes a root construct the one that its tree takes its settings from. */
export function provideSettings(root: IConstruct, settings: AppSettings): void {
  Object.defineProperty(root, SETTINGS, { value: settings });
}

/** Settings of the app that a construct belongs to. */
export function settingsOf(construct: IConstruct): AppSettings {
  const settings = findSettings(construct);
  if (settings === undefined) {
    throw new Error(
      `[${construct.node.path}] is not inside an App of dynamo-gitops/constructs, which says its API version`,
    );
  }
  return settings;
}

/** Settings of the app that a construct belongs to; undefined in an App of cdk8s itself. */
export function findSettings(construct: IConstruct): AppSettings | undefined {
  const root: object = construct.node.root;
  return SETTINGS in root ? (root[SETTINGS] as AppSettings) : undefined;
}

/**
 * Lets an App of cdk8s itself ask a construct what is wrong with it, as ours does by `CHECK`. For constructs that need no
 * settings of an app.
 */
export function checkInAnyApp(construct: IConstruct & Checked): void {
  construct.node.addValidation({
    validate: () =>
      findSettings(construct) === undefined ? construct[CHECK]().map((problem) => singleLine(problem.message)) : [],
  });
}

/** A construct and something wrong with it. `below` names a part that has no construct of its own, such as a service. */
export function problemAt(construct: IConstruct, message: string, below?: string): Problem {
  const path = [construct.node.path, below].filter((step) => step !== undefined && step !== '').join('/');
  return { code: 'refused', ...(path === '' ? {} : { path }), message };
}

/** Everything that is wrong with an app, thrown once: one `[construct path] message` a line. */
export class SynthError extends Error {
  readonly #problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatAtConstruct).join('\n'));
    this.name = 'SynthError';
    // An app that runs by itself ends with what Node prints of this: the problems, not where in this package they were found.
    this.stack = `${this.name}: ${this.message}`;
    this.#problems = problems;
    Object.defineProperty(this, SYNTH_ERROR, { value: true });
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }
}

export function isSynthError(value: unknown): value is SynthError {
  return typeof value === 'object' && value !== null && SYNTH_ERROR in value;
}

/** A problem as one line: `[construct path] message`, or with the file that it is in. */
export function formatAtConstruct(problem: Problem): string {
  if (problem.file !== undefined || problem.path === undefined) return formatProblem(problem);
  const { path, ...rest } = problem;
  return `[${path}] ${formatProblem(rest)}`;
}
