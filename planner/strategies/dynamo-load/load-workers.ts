import type { GraphView, ServiceView } from '../../../api/index.ts';
import { type Hold, hold } from '../strategy.ts';

/** The workers that load scaling changes: prefill and decode apart, or workers that do both. */
export type LoadWorkers =
  | { readonly kind: 'pair'; readonly prefill: ServiceView; readonly decode: ServiceView }
  | { readonly kind: 'aggregated'; readonly worker: ServiceView };

/** Finds the one service of each role, since what is recorded does not tell two of a role apart. */
export function loadWorkers({ services }: GraphView): LoadWorkers | Hold {
  const of = (role: ServiceView['role']): readonly ServiceView[] => services.filter((service) => service.role === role);
  const [prefill, decode, worker] = [of('prefill'), of('decode'), of('worker')];
  const [onePrefill, oneDecode, oneWorker] = [prefill[0], decode[0], worker[0]];
  if (prefill.length === 1 && decode.length === 1 && worker.length === 0 && onePrefill && oneDecode) {
    return { kind: 'pair', prefill: onePrefill, decode: oneDecode };
  }
  if (worker.length === 1 && prefill.length + decode.length === 0 && oneWorker) {
    return { kind: 'aggregated', worker: oneWorker };
  }
  const there = [...prefill, ...decode, ...worker].map(({ name }) => name).join(', ');
  return hold(
    'unsupported',
    `dynamo-load needs one prefill and one decode service, or one that does both; there ${there === '' ? 'is none' : `are ${there}`}`,
  );
}
