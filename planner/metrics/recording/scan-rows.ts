/** Rows of numbers as one packed list, row by row; null is NaN. */
export interface ScannedRows {
  readonly cells: Float64Array;
  readonly rows: number;
  /** Cells of each row; 0 where there is no row. */
  readonly width: number;
  /** Position behind the closing bracket. */
  readonly end: number;
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const LOWER_N = 0x6e;
const LOWER_E = 0x65;
const UPPER_E = 0x45;
const ZERO = 0x30;
const NINE = 0x39;

/** Powers of ten that a double holds exactly, so that one division rounds as reading the decimal does. */
const EXACT_POWERS = Float64Array.from({ length: 23 }, (_, power) => 10 ** power);
/** Decimal digits that a double always holds exactly. */
const EXACT_DIGITS = 15;
/** A week of minutes of eight columns, and a little more. */
const FIRST_CELLS = 1 << 17;

/**
 * Reads a JSON list of equally long lists of numbers and nulls that begins at `start`, without making an object of any
 * of it. Everything else, and what is not JSON, gives undefined: then the ordinary parser says what is wrong.
 */
export function scanRows(text: string, start: number): ScannedRows | undefined {
  if (text.charCodeAt(start) !== OPEN) return undefined;
  let cells = new Float64Array(FIRST_CELLS);
  let [count, rows, width] = [0, 0, 0];
  let at = skipSpace(text, start + 1);
  if (text.charCodeAt(at) === CLOSE) return { cells: cells.subarray(0, 0), rows, width, end: at + 1 };
  const number: ReadNumber = { value: 0, end: 0 };
  for (;;) {
    if (text.charCodeAt(at) !== OPEN) return undefined;
    at = skipSpace(text, at + 1);
    const first = count;
    for (;;) {
      if (count === cells.length) cells = grown(cells);
      if (text.charCodeAt(at) === LOWER_N) {
        if (!text.startsWith('null', at)) return undefined;
        cells[count] = Number.NaN;
        at += 4;
      } else {
        if (!readNumber(text, at, number)) return undefined;
        cells[count] = number.value;
        at = number.end;
      }
      count += 1;
      at = skipSpace(text, at);
      const next = text.charCodeAt(at);
      at = skipSpace(text, at + 1);
      if (next === CLOSE) break;
      if (next !== COMMA) return undefined;
    }
    if (rows === 0) width = count - first;
    else if (count - first !== width) return undefined;
    rows += 1;
    const next = text.charCodeAt(at);
    if (next === CLOSE) return { cells: cells.subarray(0, count), rows, width, end: at + 1 };
    if (next !== COMMA) return undefined;
    at = skipSpace(text, at + 1);
  }
}

function grown(cells: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(cells.length * 2);
  larger.set(cells);
  return larger;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== LINE_FEED && code !== SPACE && code !== CARRIAGE_RETURN && code !== TAB) return at;
    at += 1;
  }
}

/** Filled in place, since there are millions of them. */
interface ReadNumber {
  value: number;
  /** Position behind the number. */
  end: number;
}

/** Reads the same double that `JSON.parse` gives; false where there is no JSON number, or none that is finite. */
function readNumber(text: string, start: number, result: ReadNumber): boolean {
  const isNegative = text.charCodeAt(start) === MINUS;
  const first = isNegative ? start + 1 : start;
  let at = first;
  let digits = 0;
  let code = text.charCodeAt(at);
  while (code >= ZERO && code <= NINE) {
    digits = digits * 10 + (code - ZERO);
    at += 1;
    code = text.charCodeAt(at);
  }
  if (at === first || (at > first + 1 && text.charCodeAt(first) === ZERO)) return false;
  let decimals = 0;
  if (code === DOT) {
    const fraction = at + 1;
    at = fraction;
    code = text.charCodeAt(at);
    while (code >= ZERO && code <= NINE) {
      digits = digits * 10 + (code - ZERO);
      at += 1;
      code = text.charCodeAt(at);
    }
    decimals = at - fraction;
    if (decimals === 0) return false;
  }
  if (code === LOWER_E || code === UPPER_E) {
    const end = exponentEnd(text, at + 1);
    if (end === undefined) return false;
    result.value = Number(text.slice(start, end));
    result.end = end;
  } else {
    // With more digits the mantissa is rounded already, and the division would round once more.
    const value =
      at - first > EXACT_DIGITS
        ? Number(text.slice(first, at))
        : decimals === 0
          ? digits
          : digits / (EXACT_POWERS[decimals] ?? Number.NaN);
    result.value = isNegative ? -value : value;
    result.end = at;
  }
  return Number.isFinite(result.value);
}

function exponentEnd(text: string, from: number): number | undefined {
  const sign = text.charAt(from);
  const first = sign === '+' || sign === '-' ? from + 1 : from;
  let at = first;
  for (let code = text.charCodeAt(at); code >= ZERO && code <= NINE; code = text.charCodeAt(at)) at += 1;
  return at === first ? undefined : at;
}
