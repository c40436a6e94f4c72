import { isWorkerRole } from '../../api/index.ts';
import { type Guardrail, moved } from './guardrail.ts';

/** A worker is never scaled to zero: the model would vanish from the frontend, and with it the signal to come back. */
export const floor: Guardrail = (wanted, { role }) =>
  isWorkerRole(role)
    ? moved('floor', wanted, Math.max(wanted, 1), `a ${role} service keeps at least 1 replica`)
    : undefined;

export const min: Guardrail = (wanted, { limits }) =>
  limits.min === undefined
    ? undefined
    : moved(
        'min',
        wanted,
        Math.max(wanted, limits.min.replicas),
        `at least ${limits.min.replicas} (${limits.min.source})`,
      );

export const max: Guardrail = (wanted, { limits }) =>
  limits.max === undefined
    ? undefined
    : moved(
        'max',
        wanted,
        Math.min(wanted, limits.max.replicas),
        `at most ${limits.max.replicas} (${limits.max.source}), so the SLA cannot be met at this load`,
      );
