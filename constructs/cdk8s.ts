import { createRequire } from 'node:module';

/**
 * cdk8s is CommonJS: requiring it takes 40 ms where importing it takes 60 to 70, since Node then reads its 40 files for
 * names to export. Both ways give the same copy.
 */
const require = createRequire(import.meta.url);
const cdk8s = require('cdk8s') as typeof import('cdk8s');

export const { ApiObject, App: CdkApp, Chart } = cdk8s;
export type ApiObject = import('cdk8s').ApiObject;

export const { Construct } = require('constructs') as typeof import('constructs');
export type Construct = import('constructs').Construct;

/** An amount of storage: `Size.gibibytes(200)`. */
export const Size = cdk8s.Size;
export type Size = import('cdk8s').Size;

/** cdk8s-plus-28 takes another 80 ms, so that only an app with a claim of its own pays for it. */
export function loadCdk8sPlus(): typeof import('cdk8s-plus-28') {
  return require('cdk8s-plus-28') as typeof import('cdk8s-plus-28');
}
