export { sizeWithSla } from './size.ts';
