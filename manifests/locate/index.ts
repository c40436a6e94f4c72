export { type LocatedInteger, locateInteger } from './locate.ts';
