import { type DynamoApiVersion, isAtLeast, type OperatorVersion } from '../../api/index.ts';
import {
  alphaAdapterSpec,
  alphaRequestSpec,
  betaAdapterSpec,
  betaRequestSpec,
  checkpointSpec,
  modelSpec,
} from './others.ts';
import type { Schema } from './schema.ts';
import { alphaComponentSpec, alphaGraphSpec } from './v1alpha1.ts';
import { betaComponentSpec, betaGraphSpec } from './v1beta1.ts';

/** The custom resources that a person writes, and the schema of `spec` in each version that they exist in. */
const SPECS = {
  DynamoGraphDeployment: { v1alpha1: alphaGraphSpec, v1beta1: betaGraphSpec },
  DynamoComponentDeployment: { v1alpha1: alphaComponentSpec, v1beta1: betaComponentSpec },
  DynamoGraphDeploymentScalingAdapter: { v1alpha1: alphaAdapterSpec, v1beta1: betaAdapterSpec },
  DynamoGraphDeploymentRequest: { v1alpha1: alphaRequestSpec, v1beta1: betaRequestSpec },
  DynamoModel: { v1alpha1: modelSpec, v1beta1: undefined },
  DynamoCheckpoint: { v1alpha1: checkpointSpec, v1beta1: undefined },
} as const satisfies { readonly [kind: string]: { readonly [version in DynamoApiVersion]: Schema | undefined } };

export type DynamoKind = keyof typeof SPECS;

export const DYNAMO_KINDS = Object.keys(SPECS) as readonly DynamoKind[];

export function isDynamoKind(kind: unknown): kind is DynamoKind {
  return typeof kind === 'string' && Object.hasOwn(SPECS, kind);
}

/** The release that first served v1beta1 of a kind; requests had it before the rest. */
const BETA_SINCE: { readonly [kind in DynamoKind]?: OperatorVersion } = { DynamoGraphDeploymentRequest: '1.0.0' };

/** The schema of a kind's `spec`; undefined where the operator does not serve that version of it. */
export function specSchema(
  kind: DynamoKind,
  apiVersion: DynamoApiVersion,
  operator: OperatorVersion,
): Schema | undefined {
  if (apiVersion === 'v1beta1' && !isAtLeast(operator, BETA_SINCE[kind] ?? '1.2.0')) return undefined;
  return SPECS[kind][apiVersion];
}
