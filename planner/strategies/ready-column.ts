import type { GraphView, ServiceView } from '../../api/index.ts';

/** The column that counts ready replicas of a service, where it counts those of no other. */
export function readyColumn(
  service: ServiceView,
  view: GraphView,
): 'prefillReady' | 'decodeReady' | 'frontendReady' | undefined {
  const column = countedIn(service);
  return view.services.filter((other) => countedIn(other) === column).length === 1 ? column : undefined;
}

function countedIn({ role }: ServiceView): ReturnType<typeof readyColumn> {
  switch (role) {
    case 'prefill':
      return 'prefillReady';
    case 'decode':
    case 'worker':
      return 'decodeReady';
    case 'frontend':
      return 'frontendReady';
    case 'router':
    case 'planner':
    case 'epp':
    case 'other':
      return undefined;
  }
}
