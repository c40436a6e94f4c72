import {
  isDnsLabel,
  isDnsSubdomain,
  isObject,
  MAX_REPLICA_COUNT,
  type Pins,
  type Problem,
  type Result,
  SCHEMA_VERSION,
  SERVICE_NAME,
  type ServicePin,
  succeed,
} from '../../api/index.ts';

/**
 * Checks a pins document as `pinsSchema` does, without the time that loading the schemas takes: every synthesis reads
 * pins, and most do nothing else that needs them. Tests hold the two together.
 */
export function checkPins(value: unknown, file: string): Result<Pins> {
  const problems: Problem[] = [];
  const add = (path: string, message: string): void => {
    problems.push({ code: 'schema', file, ...(path === '' ? {} : { path }), message });
  };
  if (!isObject(value)) {
    add('', 'must be an object with schemaVersion, deployment, environment and services');
    return { ok: false, error: problems };
  }
  const { schemaVersion, deployment, environment, services, ...others } = value;
  if (schemaVersion !== SCHEMA_VERSION) add('schemaVersion', `must be ${SCHEMA_VERSION}`);
  const isDeployment = typeof deployment === 'string' && isDnsSubdomain(deployment);
  if (!isDeployment) add('deployment', 'must be a lower-case DNS name, that of the graph');
  const isEnvironment = typeof environment === 'string' && isDnsLabel(environment);
  if (!isEnvironment) add('environment', 'must be a lower-case DNS label, that of the environment');
  const pins: [string, ServicePin][] = [];
  if (isObject(services)) {
    for (const [name, pin] of Object.entries(services)) {
      const path = `services.${name}`;
      // As in every other document: a map with this key is not what it seems.
      if (!SERVICE_NAME.test(name) || name === '__proto__') add(path, 'must be the name of a service');
      const checked = servicePinOf(pin, (below, message) => add(`${path}${below}`, message));
      if (checked !== undefined) pins.push([name, checked]);
    }
  } else {
    add('services', 'must be an object with a pin for each service');
  }
  for (const name of Object.keys(others)) add('', `unknown field "${name}"`);
  if (problems.length > 0 || !isDeployment || !isEnvironment) return { ok: false, error: problems };
  return succeed({ schemaVersion: SCHEMA_VERSION, deployment, environment, services: Object.fromEntries(pins) });
}

function servicePinOf(pin: unknown, add: (below: string, message: string) => void): ServicePin | undefined {
  if (!isObject(pin)) {
    add('', 'must be {replicas: N}, or {minReplicas: N, maxReplicas: N} of a service that an autoscaler drives');
    return undefined;
  }
  const fields = 'replicas' in pin ? (['replicas'] as const) : (['minReplicas', 'maxReplicas'] as const);
  const wrong = fields.filter((field) => !isReplicaCount(pin[field]));
  for (const field of wrong) add(`.${field}`, `must be a whole number from 0 to ${MAX_REPLICA_COUNT}`);
  const unknown = Object.keys(pin).filter((field) => !fields.some((known) => known === field));
  for (const field of unknown) add('', `unknown field "${field}"`);
  if (wrong.length > 0 || unknown.length > 0) return undefined;
  const { replicas, minReplicas, maxReplicas } = pin;
  if (isReplicaCount(replicas)) return { replicas };
  if (!isReplicaCount(minReplicas) || !isReplicaCount(maxReplicas)) return undefined;
  if (minReplicas <= maxReplicas) return { minReplicas, maxReplicas };
  add('', 'minReplicas must not be above maxReplicas');
  return undefined;
}

function isReplicaCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= MAX_REPLICA_COUNT;
}
