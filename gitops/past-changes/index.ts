export { type ReadHistory, readHistory } from './read-history.ts';
export { numberOwner, type TrackedNumber } from './tracked-number.ts';
