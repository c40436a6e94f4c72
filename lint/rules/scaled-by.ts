import { type Scaler, scalingAdapterName, stringAt } from '../../api/index.ts';
import {
  type Fleet,
  type FleetGraph,
  type FleetObject,
  type FleetRule,
  type FleetScaler,
  mayShareNamespace,
  shownObject,
} from '../fleet.ts';
import { plannerOf } from '../planner-service.ts';
import { violation } from '../rule.ts';

/** One writer for each count: autoscalers, the planner and Git beside each other. */
export const scaledByRules: readonly FleetRule[] = [
  {
    id: 'gitops-two-autoscalers',
    title: 'One autoscaler drives a scaling adapter',
    ...{ severity: 'error', about: 'autoscalers' },
    check: (fleet) => {
      const drivers = new Map<string, Driver>();
      return driversOf(fleet).flatMap((driver) => {
        const { of, scaler } = driver;
        const key = `${of.folder}:${scaler.namespace ?? ''}/${scaler.adapterName}`;
        const other = drivers.get(key);
        if (other === undefined) {
          drivers.set(key, driver);
          return [];
        }
        const message = `"${scaler.adapterName}" is driven by ${shownObject(other.of)} as well: the two undo each other`;
        return [{ of, ...violation(TARGET, message, 'keep one') }];
      });
    },
  },
  {
    id: 'gitops-planner-and-autoscaler',
    title: 'A service that the planner scales has no autoscaler',
    ...{ severity: 'error', about: 'autoscalers' },
    check: (fleet) =>
      fleet.graphs.flatMap((graph) => {
        const planner = plannerOf(graph, fleet.objects);
        if (planner === undefined) return [];
        const names = new Set(planner.services.map(({ name }) => scalingAdapterName(graph.name, name)));
        const isUnknown = planner.scales === 'unknown';
        return driversOf(fleet)
          .filter((driver) => isBeside(driver, graph) && names.has(driver.scaler.adapterName))
          .map(({ of, scaler }) => ({
            of,
            ...violation(
              TARGET,
              `"${scaler.adapterName}" is scaled by the planner "${planner.component.name}" of ${shownObject(graph.of)} as well${isUnknown ? ', unless its configuration says advisory: true' : ''}: the two undo each other`,
              'keep one, or set advisory: true for the planner',
            ),
            ...(isUnknown ? ({ severity: 'warning' } as const) : {}),
          }));
      }),
  },
  {
    id: 'gitops-planner-writes-graph',
    title: 'A service that the planner scales has its scaling adapter on',
    ...{ severity: 'warning', about: 'autoscalers' },
    check: ({ graphs, objects }) =>
      graphs.flatMap((graph) => {
        const planner = plannerOf(graph, objects);
        if (planner?.scales !== 'yes') return [];
        return planner.services
          .filter(({ hasAdapter, replicas }) => !hasAdapter && replicas !== undefined)
          .map((component) => ({
            of: graph.of,
            ...violation(
              { path: component.at(['replicas']).path },
              `the planner "${planner.component.name}" writes the count of "${component.name}" into the graph itself, and each sync takes it back to ${component.replicas ?? 1}`,
              'turn the scaling adapter on and leave replicas out, or set advisory: true for the planner',
            ),
          }));
      }),
  },
  {
    id: 'gitops-autoscaler-adapter-off',
    title: 'An autoscaler drives a scaling adapter that is there',
    ...{ severity: 'error', about: 'autoscalers' },
    check: (fleet) => {
      const adapters = new Set(
        fleet.scalers.flatMap(({ of, scaler }) => (scaler.kind === 'adapter' ? [`${of.folder}:${scaler.name}`] : [])),
      );
      return driversOf(fleet).flatMap((driver) => {
        const { of, scaler } = driver;
        if (adapters.has(`${of.folder}:${scaler.adapterName}`)) return [];
        const named = fleet.servicesNamed.get(`${of.folder}:${scaler.adapterName}`) ?? [];
        const found = named.find(({ graph }) => isBeside(driver, graph));
        if (found === undefined || found.component.hasAdapter) return [];
        const message = `"${found.component.name}" has its adapter off in ${shownObject(found.graph.of)}, so there is no "${scaler.adapterName}": nothing is scaled`;
        return [
          { of, ...violation(TARGET, message, 'turn the adapter on in the graph, and leave replicas out there') },
        ];
      });
    },
  },
  {
    id: 'gitops-autoscaler-generated',
    title: 'An autoscaler does not drive what the operator generates from a graph',
    ...{ severity: 'error', about: 'autoscalers' },
    check: (fleet) =>
      fleet.objects.flatMap((of) => {
        const { kind } = of.object;
        if (kind !== 'HorizontalPodAutoscaler' && kind !== 'ScaledObject') return [];
        const name = stringAt(of.object, 'spec', 'scaleTargetRef', 'name') ?? '';
        // KEDA takes a Deployment where no kind is given.
        const target = stringAt(of.object, 'spec', 'scaleTargetRef', 'kind') ?? 'Deployment';
        if (!GENERATED.includes(target)) return [];
        const [found] = fleet.servicesNamed.get(`${of.folder}:${name}`) ?? [];
        if (found === undefined) return [];
        const message = `the operator makes ${target} "${name}" for "${found.component.name}" of ${shownObject(found.graph.of)}, and sets its count back to the graph's`;
        const help = `turn the adapter on in the graph, and name the DynamoGraphDeploymentScalingAdapter "${name}"`;
        return [{ of, ...violation({ path: ['spec', 'scaleTargetRef'] }, message, help) }];
      }),
  },
];

const TARGET = { path: ['spec', 'scaleTargetRef', 'name'] };
const GENERATED: readonly string[] = ['Deployment', 'DynamoComponentDeployment', 'LeaderWorkerSet'];

interface Driver extends FleetScaler {
  readonly of: FleetObject;
  readonly scaler: Scaler & { readonly kind: 'hpa' | 'keda' };
}

function driversOf({ scalers }: Fleet): readonly Driver[] {
  return scalers.filter((one): one is Driver => one.scaler.kind !== 'adapter');
}

function isBeside({ of, scaler }: Driver, graph: FleetGraph): boolean {
  return graph.of.folder === of.folder && mayShareNamespace(graph.namespace, scaler.namespace);
}
