import type { GraphView, ServiceView } from './graph-view.ts';
import type { Problem } from './problem.ts';
import { type Result, succeed } from './result.ts';

export interface DeploymentExpectations {
  readonly requirePrefill: boolean;
  readonly requireDecode: boolean;
  /** Model that the caller says is served; compared exactly. */
  readonly modelName?: string;
  /** Value of `DYN_PARENT_DGD_K8S_NAME`, where it is set: the graph must be that one. */
  readonly parentGraph?: string;
}

export interface ValidatedDeployment {
  readonly prefill: ServiceView | undefined;
  readonly decode: ServiceView | undefined;
  readonly modelName: string;
}

/**
 * Checks that a graph can be planned, as Dynamo's Kubernetes connector does before it starts (planner of 2026-02):
 * the required roles exist once, and the model names agree. Every problem is reported, not the first.
 */
export function validateDeployment(graph: GraphView, expected: DeploymentExpectations): Result<ValidatedDeployment> {
  const problems: Problem[] = [];
  if (expected.parentGraph !== undefined && expected.parentGraph !== graph.name) {
    problems.push(refuse(`DYN_PARENT_DGD_K8S_NAME names "${expected.parentGraph}", but this graph is "${graph.name}"`));
  }
  const prefill = expected.requirePrefill ? serviceOfRole(graph, 'prefill', problems) : undefined;
  const decode = expected.requireDecode ? serviceOfRole(graph, 'decode', problems) : undefined;
  const modelName = agreedModelName(graph, expected, problems);
  if (problems.length > 0 || modelName === undefined) return { ok: false, error: problems };
  return succeed({ prefill, decode, modelName });
}

/** The one service of a role; a problem for none and for several. */
export function serviceOfRole(
  graph: GraphView,
  role: 'prefill' | 'decode',
  problems: Problem[],
): ServiceView | undefined {
  const found = graph.services.filter((service) => service.role === role);
  const [service, second] = found;
  if (service === undefined) {
    problems.push(
      refuse(`no service has the role ${role}; set subComponentType (v1alpha1) or type (v1beta1) to "${role}"`),
    );
  }
  if (second !== undefined) {
    problems.push(
      refuse(`${found.map((one) => `"${one.name}"`).join(' and ')} all have the role ${role}; a graph has one`),
    );
    return undefined;
  }
  return service;
}

/** The one model that the required workers name, and that the caller expects. A worker that names none goes along. */
function agreedModelName(graph: GraphView, expected: DeploymentExpectations, problems: Problem[]): string | undefined {
  const given = expected.modelName === '' ? undefined : expected.modelName;
  const named = graph.services
    .filter(
      ({ role }) => (role === 'prefill' && expected.requirePrefill) || (role === 'decode' && expected.requireDecode),
    )
    .flatMap(({ name, modelName }) => (modelName === undefined ? [] : [{ name, modelName }]));
  const models = new Set(named.map((worker) => worker.modelName));
  const [model] = models;
  if (models.size > 1) {
    const each = named.map((worker) => `"${worker.name}" serves "${worker.modelName}"`).join(' and ');
    problems.push(refuse(`${each}; all must serve one model`));
  }
  if (given !== undefined && models.size > 0 && !models.has(given)) {
    problems.push(refuse(`the graph serves ${[...models].map((one) => `"${one}"`).join(' and ')}, not "${given}"`));
  }
  if (model === undefined && given === undefined) {
    problems.push(refuse('no worker names its model; pass --model or --served-model-name in its arguments'));
  }
  return model ?? given;
}

function refuse(message: string): Problem {
  return { code: 'refused', message };
}
