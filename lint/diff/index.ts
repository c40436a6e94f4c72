export * from './diff.ts';
export { type GpuChange, type GpuDelta, needsMore, type ServiceGpuChange } from './gpu-changes.ts';
export { editRefusals, type Refusal } from './refusals.ts';
export type { Restart } from './restarts.ts';
