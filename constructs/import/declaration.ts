import type { DynamoApiVersion, JsonValue } from '../../api/index.ts';
import type { Gpu } from '../gpu.ts';

/** What the source of an app can say: JSON, the value objects of the constructs, and names of what stands above. */
export type Expression = JsonValue | Gpu | Call | Variable | readonly Expression[] | Expressions;
export interface Expressions {
  readonly [property: string]: Expression | undefined;
}

/** A call that makes a value, such as `Size.gibibytes(100)`. */
export class Call {
  readonly callee: string;
  readonly argument: Expression;
  /** What the call gives. */
  readonly value: unknown;

  constructor(callee: string, argument: Expression, value: unknown) {
    this.callee = callee;
    this.argument = argument;
    this.value = value;
  }
}

/** A name that the source has declared before. */
export class Variable {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A graph as calls of the constructs say it, before anything is left to the hatch. */
export interface GraphDeclaration {
  readonly apiVersion: DynamoApiVersion;
  readonly name: string;
  /** Properties of the GraphDeployment. */
  readonly props: Expressions;
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  readonly services: readonly ServiceDeclaration[];
}

export const ADD_METHODS = [
  'addFrontend',
  'addWorker',
  'addPrefill',
  'addDecode',
  'addPlanner',
  'addEpp',
  'addService',
] as const;
export type AddMethod = (typeof ADD_METHODS)[number];

export interface ServiceDeclaration {
  readonly method: AddMethod;
  /** Name in the manifest. */
  readonly name: string;
  /** Name in the code, where the rules refuse the manifest's: a patch then gives it back. */
  readonly alias?: string;
  /** Everything but the name and a number of replicas. */
  readonly options: Expressions;
  /** A number, or undefined where `options` say who decides. */
  readonly replicas: number | undefined;
  /** Whether the number belongs into the pins. */
  readonly isPinned: boolean;
}

/** Name of a service in the code. */
export function declaredName({ name, alias }: ServiceDeclaration): string {
  return alias ?? name;
}
