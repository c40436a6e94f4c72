/** Rows of numbers as one packed list, row by row; null is NaN. */
export interface ScannedRows {
  readonly cells: Float64Array;
  readonly rows: number;
  /** Cells of each row; 0 where there is no row. */
  readonly width: number;
  /** Position behind the closing bracket. */
  readonly end: number;
}

const [TAB, LINE_FEED, CARRIAGE_RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20];
const [COMMA, MINUS, DOT, OPEN, CLOSE, LOWER_N] = [0x2c, 0x2d, 0x2e, 0x5b, 0x5d, 0x6e];
const [ZERO, NINE] = [0x30, 0x39];

/** Powers of ten that a double holds exactly, so that one division rounds as reading the decimal does. */
const EXACT_POWERS = Float64Array.from({ length: 23 }, (_, power) => 10 ** power);
/** Decimal digits that a double always holds exactly. */
const EXACT_DIGITS = 15;

/**
 * Reads a JSON list of equally long lists of numbers and nulls that begins at `start`, without making an object of any
 * of it. Everything else, and what is not JSON, gives undefined: then the ordinary parser says what is wrong.
 */
export function scanRows(text: string, start: number): ScannedRows | undefined {
  if (text.charCodeAt(start) !== OPEN) return undefined;
  let cells = new Float64Array(1024);
  let [count, rows, width] = [0, 0, 0];
  let at = skipSpace(text, start + 1);
  if (text.charCodeAt(at) === CLOSE) return { cells: cells.subarray(0, 0), rows, width, end: at + 1 };
  for (;;) {
    if (text.charCodeAt(at) !== OPEN) return undefined;
    at = skipSpace(text, at + 1);
    const first = count;
    for (;;) {
      if (count === cells.length) cells = grown(cells);
      const code = text.charCodeAt(at);
      if (code === LOWER_N) {
        if (!text.startsWith('null', at)) return undefined;
        cells[count] = Number.NaN;
        at += 4;
      } else {
        const end = numberEnd(text, at);
        if (end === undefined) return undefined;
        const value = readNumber(text, at, end);
        if (!Number.isFinite(value)) return undefined;
        cells[count] = value;
        at = end;
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

/** Where a JSON number ends, undefined where there is none. */
function numberEnd(text: string, start: number): number | undefined {
  let at = text.charCodeAt(start) === MINUS ? start + 1 : start;
  const whole = digitsEnd(text, at);
  if (whole === at || (text.charCodeAt(at) === ZERO && whole > at + 1)) return undefined;
  at = whole;
  if (text.charCodeAt(at) === DOT) {
    const fraction = digitsEnd(text, at + 1);
    if (fraction === at + 1) return undefined;
    at = fraction;
  }
  const letter = text.charAt(at);
  if (letter !== 'e' && letter !== 'E') return at;
  const sign = text.charAt(at + 1);
  const first = sign === '+' || sign === '-' ? at + 2 : at + 1;
  const end = digitsEnd(text, first);
  return end === first ? undefined : end;
}

function digitsEnd(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (!(code >= ZERO && code <= NINE)) return at;
    at += 1;
  }
}

/** The same double that `JSON.parse` gives. */
function readNumber(text: string, start: number, end: number): number {
  if (end - start > EXACT_DIGITS) return Number(text.slice(start, end));
  let [digits, decimals, isFraction] = [0, 0, false];
  const isNegative = text.charCodeAt(start) === MINUS;
  for (let at = isNegative ? start + 1 : start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT) isFraction = true;
    else if (code > NINE) return Number(text.slice(start, end));
    else {
      digits = digits * 10 + (code - ZERO);
      if (isFraction) decimals += 1;
    }
  }
  const value = digits / (EXACT_POWERS[decimals] ?? Number.NaN);
  return isNegative ? -value : value;
}
