export type { IntegerChange, IntegerEdit } from './edit.ts';
export { type SplicedFile, spliceIntegers } from './splice.ts';
