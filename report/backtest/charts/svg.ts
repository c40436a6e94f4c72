import { type LoggerInterface, parse, type Spec, View } from 'vega';
import { escapeHtml } from '../../html/escape-html.ts';

/** What a drawing may take: nothing from anywhere but its own specification. */
const NOTHING_LOADED = {
  load: refuse,
  sanitize: refuse,
  http: refuse,
  file: refuse,
} as const;

function refuse(): never {
  throw new Error('a chart of a report holds its own data');
}

/** A chart is a whole or a defect: what the library would only warn of is one. */
const STRICT: LoggerInterface = {
  level: () => 1,
  error: (...words) => fail(words),
  warn: (...words) => fail(words),
  info: () => STRICT,
  debug: () => STRICT,
} as LoggerInterface;

function fail(words: readonly unknown[]): never {
  throw new Error(`chart: ${words.map(String).join(' ')}`);
}

/** Draws without a browser. Same specification, same bytes. */
export async function svgOf(spec: Spec, label: string): Promise<string> {
  const view = new View(parse(spec), { renderer: 'none', loader: NOTHING_LOADED, logger: STRICT });
  try {
    const svg = await view.toSVG();
    return svg.replace(/^<svg /, `<svg role="img" aria-label="${escapeHtml(label)}" `);
  } finally {
    view.finalize();
  }
}
