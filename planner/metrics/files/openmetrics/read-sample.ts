/** One sample of a text exposition. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  /** Milliseconds since 1970; undefined where the line has none. */
  readonly timeMs: number | undefined;
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\\n]|\\.)*)"\s*(,|(?=\}))/y;
const VALUE =
  /\s+([+-]?(?:inf|nan|\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?))(?:\s+(-?\d+(?:\.\d+)?))?\s*(?:#.*)?$/iy;
/** Above this a time is milliseconds, as Prometheus' text format has them; OpenMetrics has seconds. */
const MOST_SECONDS = 1e11;

/** Reads a line of Prometheus' text format or of OpenMetrics, undefined where it is none. */
export function readSample(line: string): Sample | undefined {
  NAME.lastIndex = 0;
  const name = NAME.exec(line)?.[0];
  if (name === undefined) return undefined;
  let at = name.length;
  const labels = new Map<string, string>();
  if (line[at] === '{') {
    at += 1;
    while (line[at] !== '}') {
      LABEL.lastIndex = at;
      const label = LABEL.exec(line);
      if (label === null) return undefined;
      labels.set(label[1] ?? '', unescaped(label[2] ?? ''));
      at = LABEL.lastIndex;
    }
    at += 1;
  }
  VALUE.lastIndex = at;
  const rest = VALUE.exec(line);
  if (rest === null) return undefined;
  return { name, labels, value: numberOf(rest[1] ?? ''), timeMs: timeOf(rest[2]) };
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
}

function numberOf(text: string): number {
  const lower = text.toLowerCase();
  if (lower.endsWith('inf')) return lower.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(lower === 'nan' ? Number.NaN : text);
}

function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  return Math.round(number < MOST_SECONDS ? number * 1000 : number);
}
