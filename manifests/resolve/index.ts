export type { Build } from './build.ts';
export { type GeneratedMark, generatedMark, markFilesOf } from './generated.ts';
export { isChartTemplate } from './helm/render.ts';
export { type ResolvedFleet, type ResolvedGraph, renderedObjects, resolveFleet } from './resolve-fleet.ts';
export {
  type OtherNumber,
  objectPlace,
  type RefusedNumber,
  type ResolvedNumber,
  resolveNumber,
  type WrittenNumber,
  writtenAt,
} from './resolve-number.ts';
export type { NumberMeans, NumberPlace } from './sourced.ts';
