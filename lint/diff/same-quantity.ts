import type { JsonValue } from '../../api/index.ts';

/** Powers of ten and of two that a unit stands for (apimachinery `resource.Quantity`). */
const DECIMAL: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const BINARY: ReadonlyMap<string, number> = new Map([
  ['Ki', 10],
  ['Mi', 20],
  ['Gi', 30],
  ['Ti', 40],
  ['Pi', 50],
  ['Ei', 60],
]);

const QUANTITY = /^([+-]?)(\d{0,40})(?:\.(\d{0,40}))?(?:[eE]([+-]?\d{1,2})|([KMGTPE]i|[numkMGTPE]))?$/;

/** Whether two amounts in Kubernetes' notation are equal, exactly: `1000m` and `1`, `1Gi` and `1024Mi`. */
export function sameQuantity(first: JsonValue, second: JsonValue): boolean {
  const one = quantity(first);
  const other = quantity(second);
  return one !== undefined && other !== undefined && scaled(one, other) === scaled(other, one);
}

/** `digits × 10^tens × 2^twos`, without the rounding that `quantityValue` is free to do. */
interface Quantity {
  readonly digits: bigint;
  readonly tens: number;
  readonly twos: number;
}

/** Undefined for what is no amount, or one that nobody writes. */
function quantity(value: JsonValue): Quantity | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const match = QUANTITY.exec(String(value));
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0', unit = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  return {
    digits: BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n),
    tens: Number(exponent) - fraction.length + (DECIMAL.get(unit) ?? 0),
    twos: BINARY.get(unit) ?? 0,
  };
}

/** An amount as a whole number, in the smaller of the two powers. */
function scaled(amount: Quantity, other: Quantity): bigint {
  const tens = BigInt(amount.tens - Math.min(amount.tens, other.tens));
  const twos = BigInt(amount.twos - Math.min(amount.twos, other.twos));
  return amount.digits * 10n ** tens * 2n ** twos;
}
