import { isAtLeast, type OperatorVersion, parseOperatorVersion } from '../../api/index.ts';

/** Helm repository of Dynamo's charts. */
export const CHART_REPOSITORY = 'https://helm.ngc.nvidia.com/nvidia/ai-dynamo';

/**
 * Name of the platform's release. The operator's ServiceAccount is named after it, and the webhook of operators up to 1.0
 * knows the operator by the end of that name, `-dynamo-operator-controller-manager`: a release of another name may lock it
 * out.
 */
export const PLATFORM_CHART = 'dynamo-platform';
export const CRD_CHART = 'dynamo-crds';

/** Whether the CRDs are a chart of their own; from 1.0 on, an init container of the operator applies them. */
export function hasCrdChart(operatorVersion: OperatorVersion): boolean {
  return !isAtLeast(operatorVersion, '1.0.0');
}

const EXACT = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z]+([.-][0-9A-Za-z]+)*)?$/;

/** What is wrong with a chart's version: a range would change the operator without a commit. */
export function chartVersionFinding(
  property: string,
  version: string,
  operatorVersion: OperatorVersion,
): readonly string[] {
  if (!EXACT.test(version)) return [`${property} "${version}" is not an exact version, such as "${operatorVersion}"`];
  const [release = ''] = version.split('-');
  return parseOperatorVersion(release) === operatorVersion
    ? []
    : [`${property} "${version}" is not of the release that operatorVersion "${operatorVersion}" says`];
}
