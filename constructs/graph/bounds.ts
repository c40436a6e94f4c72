/** Least and most replicas. Literals in the wrong order are refused by the compiler, computed numbers at synthesis. */
export interface OrderedBounds<Min extends number, Max extends number> {
  readonly min: Min;
  readonly max: Max & NotBelow<Min, Max>;
}

/** `unknown` where Max is at least Min, or where either is no literal; else `never`. */
type NotBelow<Min extends number, Max extends number> = number extends Min | Max
  ? unknown
  : Compare<Digits<Min>, Digits<Max>> extends 'above'
    ? never
    : unknown;

/** Decimal digits of a literal; none for fractions and signs, which synthesis judges. */
type Digits<N extends number, Text extends string = `${N}`> = Text extends `${infer Digit}${infer Rest}`
  ? Digit extends keyof Below
    ? [Digit, ...Digits<N, Rest>]
    : []
  : [];

/** The digits below each digit. */
interface Below {
  '0': never;
  '1': '0';
  '2': '0' | '1';
  '3': '0' | '1' | '2';
  '4': '0' | '1' | '2' | '3';
  '5': '0' | '1' | '2' | '3' | '4';
  '6': '0' | '1' | '2' | '3' | '4' | '5';
  '7': '0' | '1' | '2' | '3' | '4' | '5' | '6';
  '8': '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7';
  '9': '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8';
}

/** Whether one row of digits is above another: the longer one is, else the one whose first different digit is. */
type Compare<A, B, First extends 'above' | 'same' | 'below' = 'same'> = A extends [infer AHead, ...infer ATail]
  ? B extends [infer BHead, ...infer BTail]
    ? Compare<ATail, BTail, First extends 'same' ? CompareDigit<AHead, BHead> : First>
    : 'above'
  : B extends [unknown, ...unknown[]]
    ? 'below'
    : First;

type CompareDigit<A, B> = A extends B
  ? 'same'
  : A extends keyof Below
    ? B extends Below[A]
      ? 'above'
      : 'below'
    : 'same';
