export { App, type AppProps } from './app.ts';
export { Size } from './cdk8s.ts';
export { Environment, type EnvironmentProps } from './environment.ts';
export { Gpu, type WholeNumber } from './gpu.ts';
export * from './graph/index.ts';
export { type AccessMode, type IModelCache, ModelCache, type ModelCacheProps } from './model-cache.ts';
export * from './render/index.ts';
export { isSynthError, SynthError } from './synthesis.ts';
