/** What a service does in its graph, whichever API version and era named it. */
export const SERVICE_ROLES = ['frontend', 'worker', 'prefill', 'decode', 'router', 'planner', 'epp', 'other'] as const;
export type ServiceRole = (typeof SERVICE_ROLES)[number];

/** The engine that a graph's workers run. */
export const BACKENDS = ['vllm', 'sglang', 'trtllm'] as const;
export type Backend = (typeof BACKENDS)[number];

/** Roles whose pods hold the model and, as a rule, GPUs. */
export function isWorkerRole(role: ServiceRole): boolean {
  return role === 'worker' || role === 'prefill' || role === 'decode';
}
