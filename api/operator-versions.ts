/** Releases of the Dynamo operator that the rules distinguish, oldest first. 1.5 is in development. */
export const OPERATOR_VERSIONS = ['0.9.0', '1.0.0', '1.1.0', '1.2.0', '1.3.0', '1.4.0', '1.5.0'] as const;
export type OperatorVersion = (typeof OPERATOR_VERSIONS)[number];

/** The newest released operator, and so what is assumed when nothing is said. */
export const DEFAULT_OPERATOR_VERSION: OperatorVersion = '1.4.0';

export function isAtLeast(version: OperatorVersion, minimum: OperatorVersion): boolean {
  return OPERATOR_VERSIONS.indexOf(version) >= OPERATOR_VERSIONS.indexOf(minimum);
}

/** `1.3` or `1.3.2` → `1.3.0`; undefined for a release that is not known. */
export function parseOperatorVersion(text: string): OperatorVersion | undefined {
  const minor = /^v?(\d+\.\d+)(\.\d+)?$/.exec(text)?.[1];
  return OPERATOR_VERSIONS.find((version) => version === `${minor}.0`);
}
