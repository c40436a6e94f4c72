import { graphViewOf } from '../../api/index.ts';
import { rawServices } from '../../api/raw-service.ts';
import type { Service } from '../graph/index.ts';
import { DynamoNamespace } from '../namespaces.ts';
import { CHECK } from '../synthesis.ts';
import type { HpaSignal, KedaSignal } from './scale-on.ts';

/** What counts of a service as its graph renders it, with whatever patches the author made. */
interface RenderedService {
  readonly service: Service;
  readonly requestsCpu: boolean;
  /** Whether other graphs share its Dynamo namespace. */
  readonly isGlobal: boolean;
}

/**
 * Signals that could never be read of the service as it is rendered. None while the graph itself is wrong, which it
 * reports.
 */
export function renderedProblems(
  service: Service,
  signals: readonly (HpaSignal | KedaSignal)[],
  scaler: 'hpa' | 'keda',
): readonly string[] {
  const rendered = renderedService(service);
  if (rendered === undefined) return [];
  return signals.flatMap((signal) => problemsOf(signal, rendered, scaler));
}

function renderedService(service: Service): RenderedService | undefined {
  const { graph, name } = service;
  if (graph[CHECK]().length > 0) return undefined;
  const document = graph.toJson();
  const view = graphViewOf(document);
  if (!view.ok) return undefined;
  const raw = rawServices(view.value.apiVersion, document, []).find((candidate) => candidate.name === name);
  return {
    service,
    requestsCpu: raw?.gpuLists.some(({ list }) => Object.hasOwn(list, 'cpu')) === true,
    isGlobal: view.value.metricsNamespace === DynamoNamespace.GLOBAL.frontendLabel,
  };
}

function problemsOf(
  signal: HpaSignal | KedaSignal,
  { service, requestsCpu, isGlobal }: RenderedService,
  scaler: 'hpa' | 'keda',
): readonly string[] {
  const shared = `"${service.graph.node.path}" is in the global Dynamo namespace, whose metrics do not tell apart`;
  switch (signal.kind) {
    case 'cpu':
      if (requestsCpu) return [];
      return [
        `ScaleOn.cpu: "${service.path}" requests no CPU, which the percentage is of; declare the service with "requests: { cpu: '2' }"`,
      ];
    case 'kv':
      return isGlobal ? [`ScaleOn.kvUsage: ${shared} workers of several graphs`] : [];
    case 'ttft':
    case 'itl':
    case 'pending': {
      if (!isGlobal) return [];
      const name = signal.kind === 'pending' ? 'pendingRequests' : signal.kind;
      if (scaler === 'hpa') {
        return [`ScaleOn.${name}: ${shared} graphs in the external metrics API; use Keda, which asks for the model`];
      }
      return service.graph.servedModelName === undefined
        ? [`ScaleOn.${name}: ${shared} graphs but by their models; give the graph "servedModelName"`]
        : [];
    }
    case 'query':
    case 'external':
    case 'cron':
      return [];
  }
}
