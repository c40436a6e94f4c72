import {
  CONFIG_FILE,
  DEFAULT_FRONTEND_RULE,
  fail,
  isWorkerRole,
  type Problem,
  type Result,
  type ServiceStrategySettings,
  type ServiceView,
  type StrategySettings,
  succeed,
} from '../../api/index.ts';
import type { FoundSeries } from '../metrics/index.ts';
import type { PlaceableGraph } from './place.ts';

/** A service that the graph's strategy leaves alone, and how it is sized. */
export interface OwnStrategy {
  readonly service: ServiceView;
  readonly strategy: ServiceStrategySettings;
  /** Whether the config says so; a frontend may be sized without. */
  readonly isAsked: boolean;
}

/**
 * The services with a strategy of their own, and the frontend where it is sized by default.
 * @returns a problem for each service that two strategies would size
 */
export function ownStrategies(
  { deployment, member, configPath }: PlaceableGraph,
  metrics: FoundSeries,
): Result<readonly OwnStrategy[]> {
  const problems: Problem[] = [];
  const own: OwnStrategy[] = [];
  for (const service of member.view.services) {
    const { name } = service;
    const strategy = Object.hasOwn(deployment.services, name) ? deployment.services[name]?.strategy : undefined;
    const isTaken = sizes(deployment.strategy, service);
    if (strategy === undefined) {
      if (!isTaken && isFrontendByDefault(service, member.view.services, metrics)) {
        own.push({ service, strategy: { kind: 'target', ...DEFAULT_FRONTEND_RULE }, isAsked: false });
      }
    } else if (isTaken) {
      const path = `${configPath}.services.${name}.strategy`;
      const message = `"${name}" is sized by the graph's strategy (${deployment.strategy.kind}) already`;
      problems.push({ code: 'refused', file: CONFIG_FILE, path, message, hint: 'keep one of the two' });
    } else own.push({ service, strategy, isAsked: true });
  }
  return problems.length > 0 ? fail(...problems) : succeed(own);
}

/** Whether a strategy sizes a service, whatever the metrics say. */
function sizes(strategy: StrategySettings, { name, role }: ServiceView): boolean {
  switch (strategy.kind) {
    case 'dynamo-sla':
    case 'sla':
    case 'dynamo-load':
    case 'advisory':
      return isWorkerRole(role);
    case 'target':
      return Object.hasOwn(strategy.services, name);
    case 'schedule':
    case 'fixed':
      return Object.hasOwn(strategy.replicas, name);
  }
}

/** The only frontend of a graph, where its CPU is measured and the manifest says what CPU it requests. */
function isFrontendByDefault(service: ServiceView, services: readonly ServiceView[], metrics: FoundSeries): boolean {
  if (service.role !== 'frontend' || service.cpuRequestCores === undefined) return false;
  if (services.filter(({ role }) => role === 'frontend').length !== 1) return false;
  const cores = metrics.kind === 'series' ? metrics.series.columns.frontendCpuCores : undefined;
  return cores?.some((cell) => !Number.isNaN(cell)) ?? false;
}
