import type { JsonValue } from '../api/index.ts';

const UNITS: ReadonlyMap<string, number> = new Map([
  ...([
    ['n', 1e-9],
    ['u', 1e-6],
    ['m', 1e-3],
    ['', 1],
    ['k', 1e3],
    ['M', 1e6],
    ['G', 1e9],
    ['T', 1e12],
    ['P', 1e15],
    ['E', 1e18],
  ] as const),
  ...([
    ['Ki', 2 ** 10],
    ['Mi', 2 ** 20],
    ['Gi', 2 ** 30],
    ['Ti', 2 ** 40],
    ['Pi', 2 ** 50],
    ['Ei', 2 ** 60],
  ] as const),
]);

/** An amount in Kubernetes' notation (apimachinery `resource.Quantity`) as a number; undefined for what is none. */
export function quantityValue(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const match = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:([eE][+-]?\d+)|([KMGTPE]i|[numkMGTPE]))?$/.exec(value);
  if (match === null) return undefined;
  return Number(`${match[1]}${match[2] ?? ''}`) * (UNITS.get(match[3] ?? '') ?? 1);
}
