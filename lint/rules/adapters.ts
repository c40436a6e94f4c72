import { isAtLeast, scalingAdapterName } from '../../api/index.ts';
import type { Component } from '../component.ts';
import {
  type Fleet,
  type FleetGraph,
  type FleetRule,
  type FleetScaler,
  mayShareNamespace,
  shownObject,
} from '../fleet.ts';
import { isLeftAlone } from '../left-alone.ts';
import { plannerOf } from '../planner-service.ts';
import { violation } from '../rule.ts';

/** Scaling adapters that are committed: the operator makes, writes, adopts and deletes them by rules of its own. */
export const adapterRules: readonly FleetRule[] = [
  {
    id: 'gitops-adapter-off',
    title:
      'A scaling adapter is committed only where the service has its adapter on: the operator deletes it otherwise',
    ...{ severity: 'error', about: 'scaling adapters' },
    check: (fleet) =>
      adapters(fleet).flatMap(({ of, scaler }) => {
        const [found] = servicesOf(fleet, { of, scaler });
        if (found?.component === undefined || found.component.hasAdapter) return [];
        const message = `"${scaler.service}" has its adapter off in ${shownObject(found.graph.of)}: the operator deletes this object, and Git brings it back, forever`;
        const help = 'turn the adapter on in the graph, or remove this object';
        return [{ of, ...violation({ path: ['metadata', 'name'] }, message, help) }];
      }),
  },
  {
    id: 'gitops-adapter-overwritten',
    title: 'A committed scaling adapter keeps its count only from operator 1.4 on',
    ...{ severity: 'warning', about: 'scaling adapters' },
    check: (fleet) =>
      isAtLeast(fleet.operator, '1.4.0')
        ? []
        : adapters(fleet).flatMap(({ of, scaler }) => {
            const [found] = servicesOf(fleet, { of, scaler });
            if (found?.component?.hasAdapter === false) return [];
            const message = `operator ${fleet.operator} writes the graph's count over this one`;
            const help = 'scale by an autoscaler, or move to operator 1.4';
            return [{ of, ...violation({ path: ['spec', 'replicas'] }, message, help) }];
          }),
  },
  {
    id: 'gitops-adapter-no-service',
    title: 'A scaling adapter names a service that the graph has',
    ...{ severity: 'error', about: 'scaling adapters' },
    check: (fleet) =>
      adapters(fleet).flatMap(({ of, scaler }) => {
        const [found] = servicesOf(fleet, { of, scaler });
        if (found === undefined || found.component !== undefined) return [];
        const names = found.graph.components.map(({ name }) => `"${name}"`).join(', ');
        const message = `${shownObject(found.graph.of)} has no service "${scaler.service}": nothing is scaled`;
        return [{ of, ...violation({ path: ['spec', 'dgdRef'] }, message, `name one of ${names}`) }];
      }),
  },
  {
    id: 'gitops-adapter-name',
    title: 'A scaling adapter that is committed has the name that the operator gives it',
    ...{ severity: 'error', about: 'scaling adapters' },
    check: (fleet) =>
      adapters(fleet).flatMap(({ of, scaler }) => {
        const name = scalingAdapterName(scaler.graph, scaler.service);
        const [found] = servicesOf(fleet, { of, scaler });
        if (scaler.name === name || found?.component?.hasAdapter !== true) return [];
        const message = `the operator makes an adapter of its own, "${name}", for "${scaler.service}" of ${shownObject(found.graph.of)}: two write one count`;
        return [{ of, ...violation({ path: ['metadata', 'name'] }, message, `name it "${name}"`) }];
      }),
  },
  {
    id: 'gitops-adapter-driven',
    title: 'A scaling adapter that an autoscaler or the planner drives is left out of Git',
    ...{ severity: 'error', about: 'scaling adapters' },
    check: (fleet) =>
      adapters(fleet).flatMap(({ of, scaler }) => {
        const driver = fleet.scalers.find(
          (one) =>
            one.scaler.kind !== 'adapter' &&
            one.of.folder === of.folder &&
            one.scaler.adapterName === scaler.name &&
            mayShareNamespace(one.scaler.namespace, scaler.namespace),
        );
        const who = driver === undefined ? planningGraph(fleet, { of, scaler }) : shownObject(driver.of);
        if (who === undefined || isLeftAlone(fleet, of, ['spec', 'replicas'])) return [];
        const message = `${who} writes the count of this adapter, and each sync takes it back to ${scaler.replicas ?? 'what Git says'}`;
        const help = 'remove this object: the operator makes it, and what drives it has the bounds';
        return [{ of, ...violation({ path: ['spec', 'replicas'] }, message, help) }];
      }),
  },
];

type Adapter = FleetScaler & { readonly scaler: { readonly kind: 'adapter' } };

function adapters({ scalers }: Fleet): readonly Adapter[] {
  return scalers.filter((one): one is Adapter => one.scaler.kind === 'adapter');
}

/** The planner that scales the service of an adapter, for a message. */
function planningGraph(fleet: Fleet, adapter: Adapter): string | undefined {
  const [found] = servicesOf(fleet, adapter);
  const planner = found === undefined ? undefined : plannerOf(found.graph, fleet.objects);
  if (found === undefined || planner?.scales !== 'yes') return undefined;
  const isScaled = planner.services.some(({ name }) => name === adapter.scaler.service);
  return isScaled ? `the planner "${planner.component.name}" of ${shownObject(found.graph.of)}` : undefined;
}

/** The graph that an adapter names, in the same folder, and the service of it. */
function servicesOf(
  { graphsIn }: Fleet,
  { of, scaler }: Adapter,
): readonly { readonly graph: FleetGraph; readonly component: Component | undefined }[] {
  return (graphsIn.get(of.folder) ?? [])
    .filter((graph) => graph.name === scaler.graph && mayShareNamespace(graph.namespace, scaler.namespace))
    .map((graph) => ({ graph, component: graph.components.find(({ name }) => name === scaler.service) }));
}
