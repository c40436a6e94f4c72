import type { JsonValue } from '../../api/index.ts';
import { compact } from '../graph/compact.ts';
import type { AddMethod, Expressions, ServiceDeclaration } from './declaration.ts';

/** What either version says of a service's place in the graph. */
export interface ServiceFacts {
  readonly name: string;
  readonly type: string | undefined;
  readonly subType: string | undefined;
  readonly isAdapterOn: boolean;
  readonly replicas: JsonValue | undefined;
  /** Options without type, name and replicas. */
  readonly options: Expressions;
}

/** Most replicas that pins speak of. */
const MAX_REPLICAS = 10_000;

/** The add method that fits, and who decides about replicas. */
export function declareService(facts: ServiceFacts): ServiceDeclaration {
  const { name, isAdapterOn, options } = facts;
  const count = countOf(facts.replicas);
  const replicas = isAdapterOn ? undefined : count;
  const method = methodOf(facts, replicas);
  const isWorker = method === 'addWorker' || method === 'addPrefill' || method === 'addDecode';
  if (method !== 'addService') {
    const engine = isWorker && options.command === undefined ? { engine: false } : {};
    return {
      method,
      name,
      options: { ...(isAdapterOn ? { scalingAdapter: true } : {}), ...options, ...engine },
      replicas: method === 'addPlanner' || method === 'addEpp' ? undefined : replicas,
      isPinned: isWorker && replicas !== undefined,
    };
  }
  return custom(facts, replicas);
}

/** The same service by the method that adds nothing of its own. */
export function asCustom({ method, options, ...service }: ServiceDeclaration): ServiceDeclaration {
  const { engine: _, ...rest } = options;
  return { ...service, method: 'addService', options: { ...CUSTOM_TYPES[method], ...rest } };
}

const CUSTOM_TYPES: { readonly [method in AddMethod]: Expressions } = {
  addFrontend: { type: 'frontend' },
  addWorker: { type: 'worker' },
  addPrefill: { type: 'worker', subType: 'prefill' },
  addDecode: { type: 'worker', subType: 'decode' },
  addPlanner: { type: 'planner' },
  addEpp: { type: 'epp' },
  addService: {},
};

function custom(facts: ServiceFacts, replicas: number | undefined): ServiceDeclaration {
  const { name, type, subType, isAdapterOn, options } = facts;
  const isUnset = !isAdapterOn && replicas === undefined;
  return {
    method: 'addService',
    name,
    options: {
      ...compact({ type, subType }),
      ...(isAdapterOn ? { scalingAdapter: true } : {}),
      ...(isUnset ? { replicas: 'unset' } : {}),
      ...options,
    },
    replicas,
    isPinned: replicas !== undefined && [type, subType].some((one) => one !== undefined && SIZED.has(one)),
  };
}

/** Types that a planner sizes. */
const SIZED = new Set(['worker', 'prefill', 'decode']);

function methodOf({ type, subType, isAdapterOn, options }: ServiceFacts, replicas: number | undefined): AddMethod {
  const hasScaling = isAdapterOn || replicas !== undefined;
  if (options.eppConfig !== undefined && type !== 'epp') return 'addService';
  switch (type) {
    case 'frontend':
      return subType === undefined && hasScaling ? 'addFrontend' : 'addService';
    case 'planner':
      return subType === undefined && replicas === 1 ? 'addPlanner' : 'addService';
    case 'epp':
      return subType === undefined && replicas === 1 && options.eppConfig !== undefined ? 'addEpp' : 'addService';
    case 'worker':
      if (!hasScaling || options.gpus === undefined) return 'addService';
      if (subType === undefined) return 'addWorker';
      if (subType === 'prefill') return 'addPrefill';
      return subType === 'decode' ? 'addDecode' : 'addService';
    default:
      return 'addService';
  }
}

function countOf(replicas: JsonValue | undefined): number | undefined {
  const isCount = typeof replicas === 'number' && Number.isSafeInteger(replicas) && !Object.is(replicas, -0);
  return isCount && replicas >= 0 && replicas <= MAX_REPLICAS ? replicas : undefined;
}
