/** Rows of numbers, column by column; null is NaN. */
export interface ScannedRows {
  /** None where there is no row. */
  readonly columns: readonly Float64Array[];
  readonly rows: number;
  /** Position behind the closing bracket. */
  readonly end: number;
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const LOWER_L = 0x6c;
const LOWER_N = 0x6e;
const LOWER_U = 0x75;
const LOWER_E = 0x65;
const UPPER_E = 0x45;
const ZERO = 0x30;
const NINE = 0x39;

/** Powers of ten that a double holds exactly, so that one division rounds as reading the decimal does. */
const EXACT_POWERS = Float64Array.from({ length: 23 }, (_, power) => 10 ** power);
/** Room that a graph's columns begin with; a fleet's file has thousands of graphs of a few rows, or a few of a month's. */
const FIRST_ROWS = 2048;
/** Decimal digits that a double always holds exactly. */
const EXACT_DIGITS = 15;

/**
 * Reads a JSON list of equally long lists of numbers and nulls that begins at `start`, without making an object of any
 * of it, and without making text of the bytes: what it accepts is ASCII. Everything else, and what is not JSON, gives
 * undefined: then the ordinary parser says what is wrong.
 */
export function scanRows(bytes: Uint8Array, start: number): ScannedRows | undefined {
  if (bytes[start] !== OPEN) return undefined;
  let at = skipSpace(bytes, start + 1);
  if (bytes[at] === CLOSE) return { columns: [], rows: 0, end: at + 1 };
  const first = readRow(bytes, at);
  if (first === undefined) return undefined;
  // Rows are about as long as the first one; what follows may be those of other graphs as well.
  const likely = Math.min(FIRST_ROWS, Math.ceil((1.1 * (bytes.length - at)) / (first.end - at)));
  const columns = first.cells.map((cell) => {
    const column = new Float64Array(likely);
    column[0] = cell;
    return column;
  });
  let rows = 1;
  at = first.end;
  for (;;) {
    at = skipSpace(bytes, at);
    if (bytes[at] === CLOSE) {
      return { columns: columns.map((column) => column.slice(0, rows)), rows, end: at + 1 };
    }
    if (bytes[at] !== COMMA) return undefined;
    at = skipSpace(bytes, at + 1);
    if (bytes[at] !== OPEN) return undefined;
    if (rows === columns[0]?.length) for (const [index, column] of columns.entries()) columns[index] = grown(column);
    for (let index = 0; index < columns.length; index += 1) {
      const column = columns[index];
      if (column === undefined) return undefined;
      at = readCell(bytes, skipSpace(bytes, at + 1), column, rows);
      if (at < 0) return undefined;
      at = skipSpace(bytes, at);
      if (bytes[at] !== (index + 1 < columns.length ? COMMA : CLOSE)) return undefined;
    }
    rows += 1;
    at += 1;
  }
}

/** A row whose width is not known yet; undefined where it is none, or an empty one. */
function readRow(bytes: Uint8Array, start: number) {
  if (bytes[start] !== OPEN) return undefined;
  const cells: number[] = [];
  const cell = new Float64Array(1);
  let at = start;
  for (;;) {
    at = readCell(bytes, skipSpace(bytes, at + 1), cell, 0);
    if (at < 0) return undefined;
    cells.push(cell[0] ?? Number.NaN);
    at = skipSpace(bytes, at);
    if (bytes[at] === CLOSE) return { cells, end: at + 1 };
    if (bytes[at] !== COMMA) return undefined;
  }
}

function grown(cells: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(cells.length * 2);
  larger.set(cells);
  return larger;
}

export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const code = bytes[at] ?? 0;
    if (code > SPACE || (code !== LINE_FEED && code !== SPACE && code !== CARRIAGE_RETURN && code !== TAB)) return at;
    at += 1;
  }
}

/**
 * Reads the same double that `JSON.parse` gives, or null as NaN, into a place of a column.
 * @returns the position behind it; -1 where there is no JSON number, or none that is finite.
 */
function readCell(bytes: Uint8Array, start: number, column: Float64Array, row: number): number {
  const isNegative = bytes[start] === MINUS;
  const first = isNegative ? start + 1 : start;
  let at = first;
  let digits = 0;
  let code = bytes[at] ?? 0;
  while (code >= ZERO && code <= NINE) {
    digits = digits * 10 + (code - ZERO);
    at += 1;
    code = bytes[at] ?? 0;
  }
  if (at === first) {
    column[row] = Number.NaN;
    return isNull(bytes, start) ? start + 4 : -1;
  }
  if (at > first + 1 && bytes[first] === ZERO) return -1;
  let decimals = 0;
  if (code === DOT) {
    const fraction = at + 1;
    at = fraction;
    code = bytes[at] ?? 0;
    while (code >= ZERO && code <= NINE) {
      digits = digits * 10 + (code - ZERO);
      at += 1;
      code = bytes[at] ?? 0;
    }
    decimals = at - fraction;
    if (decimals === 0) return -1;
  }
  // With more digits the mantissa is rounded already, and the division would round once more.
  if (code === LOWER_E || code === UPPER_E || at - first > EXACT_DIGITS) return readLong(bytes, start, at, column, row);
  const value = decimals === 0 ? digits : digits / (EXACT_POWERS[decimals] ?? Number.NaN);
  column[row] = isNegative ? -value : value;
  return at;
}

function isNull(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === LOWER_N && bytes[at + 1] === LOWER_U && bytes[at + 2] === LOWER_L && bytes[at + 3] === LOWER_L;
}

/** A number with an exponent or many digits, whose mantissa ends at `mantissaEnd`. */
function readLong(bytes: Uint8Array, start: number, mantissaEnd: number, column: Float64Array, row: number): number {
  const code = bytes[mantissaEnd];
  const end = code === LOWER_E || code === UPPER_E ? exponentEnd(bytes, mantissaEnd + 1) : mantissaEnd;
  if (end === undefined) return -1;
  const value = Number(new TextDecoder().decode(bytes.subarray(start, end)));
  column[row] = value;
  return Number.isFinite(value) ? end : -1;
}

function exponentEnd(bytes: Uint8Array, from: number): number | undefined {
  const sign = bytes[from];
  const first = sign === PLUS || sign === MINUS ? from + 1 : from;
  let at = first;
  for (let code = bytes[at] ?? 0; code >= ZERO && code <= NINE; code = bytes[at] ?? 0) at += 1;
  return at === first ? undefined : at;
}
