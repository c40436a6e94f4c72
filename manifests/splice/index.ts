export type { IntegerChange, IntegerEdit } from './edit.ts';
export { editValues } from './edit-values.ts';
export { type SplicedFile, spliceIntegers } from './splice.ts';
export type { ValueEdit } from './value-edit.ts';
