export { type DocumentLocation, type Fleet, type FleetGraph, fleetOf } from './fleet.ts';
