import packages from '#cdk8s';

/** cdk8s, as the app that uses these constructs has it: there is one copy, whether Node or a bundler resolves it. */
const { cdk8s, constructs } = packages;

export const ApiObject: typeof import('cdk8s').ApiObject = cdk8s.ApiObject;
export type ApiObject = import('cdk8s').ApiObject;
export const CdkApp: typeof import('cdk8s').App = cdk8s.App;
export const Chart: typeof import('cdk8s').Chart = cdk8s.Chart;

export const Construct: typeof import('constructs').Construct = constructs.Construct;
export type Construct = import('constructs').Construct;

/** An amount of storage: `Size.gibibytes(200)`. */
export const Size: typeof import('cdk8s').Size = cdk8s.Size;
export type Size = import('cdk8s').Size;

/** A length of time: `Duration.minutes(10)`. */
export const Duration = cdk8s.Duration;
export type Duration = import('cdk8s').Duration;

/** Operations on an object that has been rendered. */
export const { JsonPatch } = cdk8s;

/** A value of an object that is made when the object is rendered. */
export const { Lazy } = cdk8s;

/** cdk8s-plus-28 takes as long to load as cdk8s, so that only an app with a claim of its own pays for it. */
export const loadCdk8sPlus: () => typeof import('cdk8s-plus-28') = packages.loadCdk8sPlus;
