export { type ReadHistory, readHistory } from './read-history.ts';
export { type DocumentMark, documentMark, type TrackedNumber } from './tracked-number.ts';
