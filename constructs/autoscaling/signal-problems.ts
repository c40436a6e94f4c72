import { isWorkerRole, type ReplicaBounds } from '../../api/index.ts';
import type { Service } from '../graph/index.ts';
import { isTimeZone } from '../time-zone.ts';
import { quantityOf } from './quantity.ts';
import type { HpaSignal, KedaSignal } from './scale-on.ts';

/** What is wrong with what a service is scaled on. */
export function signalProblems(
  signals: readonly (HpaSignal | KedaSignal)[],
  service: Service,
  limits: ReplicaBounds,
): readonly string[] {
  if (signals.length === 0) return ['scaleOn is empty; give it at least one of ScaleOn'];
  const messages = signals.flatMap((signal) => problemsOf(signal, service, limits));
  return [...messages, ...duplicates(signals)];
}

function problemsOf(signal: HpaSignal | KedaSignal, service: Service, limits: ReplicaBounds): readonly string[] {
  switch (signal.kind) {
    case 'cpu': {
      const { utilizationPercent: percent } = signal;
      const isPercent = Number.isSafeInteger(percent) && percent >= 1 && percent <= 1000;
      return isPercent ? [] : [`ScaleOn.cpu: utilizationPercent is ${percent}; it must be whole, at least 1`];
    }
    case 'ttft':
    case 'itl':
      return [
        ...positive(`ScaleOn.${signal.kind}: targetMs`, signal.targetMs, 1e-3),
        ...(signal.quantile > 0 && signal.quantile < 1
          ? []
          : [`ScaleOn.${signal.kind}: quantile is ${signal.quantile}; it is between 0 and 1, such as 0.95`]),
        ...(Number.isSafeInteger(signal.windowSeconds) && signal.windowSeconds >= 15
          ? []
          : [
              `ScaleOn.${signal.kind}: windowSeconds is ${signal.windowSeconds}; it must be whole, at least 15, to hold a few scrapes`,
            ]),
      ];
    case 'pending':
      return positive('ScaleOn.pendingRequests', signal.target);
    case 'kv': {
      const { targetPercent: percent } = signal;
      return [
        ...(percent > 0 && percent <= 100
          ? []
          : [`ScaleOn.kvUsage: targetPercent is ${percent}; it is above 0, up to 100`]),
        ...(isWorkerRole(service.role)
          ? []
          : [`ScaleOn.kvUsage: "${service.path}" is a ${service.role}, and only workers have a KV cache`]),
      ];
    }
    case 'query':
      return [
        ...(signal.promql.trim() === '' ? ['ScaleOn.query: promql is empty'] : []),
        ...positive('ScaleOn.query: threshold', signal.threshold),
        ...(signal.activationThreshold === undefined || signal.activationThreshold >= 0
          ? []
          : [`ScaleOn.query: activationThreshold is ${signal.activationThreshold}; it is 0 or more`]),
      ];
    case 'external':
      return [
        ...(/^[^\s/]+$/.test(signal.metric) ? [] : [`ScaleOn.external: "${signal.metric}" is not a metric's name`]),
        ...positive('ScaleOn.external: target', signal.target),
      ];
    case 'cron':
      return cronProblems(signal, limits);
  }
}

function cronProblems(
  { timezone, start, end, desiredReplicas: replicas }: KedaSignal & { readonly kind: 'cron' },
  { min, max }: ReplicaBounds,
): readonly string[] {
  const messages: string[] = [];
  if (!isTimeZone(timezone))
    messages.push(`ScaleOn.cron: "${timezone}" is not an IANA time zone, such as "Europe/Berlin"`);
  for (const [field, expression] of Object.entries({ start, end })) {
    if (expression.trim().split(/\s+/).length !== 5) {
      messages.push(
        `ScaleOn.cron: ${field} "${expression}" needs five fields: minute, hour, day of month, month, day of week`,
      );
    }
  }
  if (start.trim() === end.trim()) messages.push(`ScaleOn.cron: start and end are both "${start}"`);
  if (!Number.isSafeInteger(replicas) || replicas < Math.max(min, 1) || replicas > max) {
    messages.push(`ScaleOn.cron: desiredReplicas is ${replicas}; it must be whole, from ${Math.max(min, 1)} to ${max}`);
  }
  return messages;
}

/** Of two targets for one metric only the lower would have an effect. */
function duplicates(signals: readonly (HpaSignal | KedaSignal)[]): readonly string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const signal of signals) {
    const name = metricName(signal);
    if (name === undefined) continue;
    if (seen.has(name)) twice.add(name);
    seen.add(name);
  }
  return [...twice].map((name) => `scaleOn has two of ${name}; keep one, since the lower target would hold`);
}

function metricName(signal: HpaSignal | KedaSignal): string | undefined {
  switch (signal.kind) {
    case 'cpu':
      return 'ScaleOn.cpu';
    case 'ttft':
    case 'itl':
      return `ScaleOn.${signal.kind} of quantile ${signal.quantile}`;
    case 'kv':
      return 'ScaleOn.kvUsage';
    case 'pending':
      return 'ScaleOn.pendingRequests';
    case 'query':
    case 'external':
    case 'cron':
      return undefined;
  }
}

function positive(field: string, value: number, unit = 1): readonly string[] {
  if (value > 0 && quantityOf(value * unit) !== undefined) return [];
  return [`${field} is ${value}; it must be above 0`];
}
