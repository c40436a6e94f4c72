export { clusterDefinitions } from './definitions.ts';
