export { type LocatedInteger, locateInteger } from './locate.ts';
export { locatePlace, type Place } from './place.ts';
