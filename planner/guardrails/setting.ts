import {
  type Config,
  DEFAULT_FORECAST,
  DEFAULT_MAX_UTILIZATION,
  type DeploymentConfig,
  forecastOf,
  type GuardrailSettings,
} from '../../api/index.ts';

const SHORTEST_STABILIZATION_SECONDS = 300;

/** What the guardrails of one graph go by, with the defaults filled in. Seconds, replicas and shares. */
export interface GuardrailSetting {
  readonly stabilizationSeconds: number;
  /** From a plan until a change of it serves. */
  readonly leadSeconds: number;
  readonly minChange: { readonly replicas: number; readonly percent: number };
  readonly maxUtilization: number;
  readonly changesPerDay: number | undefined;
  readonly prefillPerDecode: GuardrailSettings['prefillPerDecode'];
}

/** The deployment's own settings, else the fleet's, else the defaults. */
export function guardrailSetting(
  config: Pick<Config, 'guardrails'>,
  deployment: Pick<DeploymentConfig, 'guardrails' | 'strategy'>,
): GuardrailSetting {
  const { leadSeconds } = forecastOf(deployment.strategy) ?? DEFAULT_FORECAST;
  const given: GuardrailSettings = { ...config.guardrails, ...deployment.guardrails };
  return {
    stabilizationSeconds: given.stabilizationSeconds ?? Math.max(SHORTEST_STABILIZATION_SECONDS, 2 * leadSeconds),
    leadSeconds,
    minChange: given.minChange ?? { replicas: 1, percent: 0 },
    maxUtilization: given.maxUtilization ?? DEFAULT_MAX_UTILIZATION,
    changesPerDay: given.changesPerDay,
    prefillPerDecode: given.prefillPerDecode,
  };
}
