export type * from './lead-time.ts';
