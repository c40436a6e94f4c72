export type { IntegerChange, IntegerEdit } from './edit.ts';
export { editValue } from './edit-value.ts';
export { type SplicedFile, spliceIntegers } from './splice.ts';
export type { ValueEdit } from './value-edit.ts';
