export type * from './policy-result.ts';
