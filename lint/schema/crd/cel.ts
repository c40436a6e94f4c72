import { Environment, Optional, type ParseResult } from '@marcbachmann/cel-js';
import { matchesPattern } from '../../../api/crd/index.ts';
import { quantityValue } from '../../quantity.ts';

/** An amount in Kubernetes' notation. */
class Quantity {
  readonly value: number;

  constructor(text: string) {
    const value = quantityValue(text);
    if (value === undefined) throw new Error('not an amount');
    this.value = value;
  }
}

/** The functions of Kubernetes that the definitions of Dynamo use, and expressions in time that grows with the text. */
const ENVIRONMENT = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  enableOptionalTypes: true,
  limits: { maxAstNodes: 10_000, maxDepth: 100 },
})
  .registerFunction('string.matchesInLinearTime(string): bool', (text: string, pattern: string) =>
    matchesPattern(pattern, text),
  )
  .registerType('Quantity', Quantity)
  .registerFunction('quantity(string): Quantity', (text: string) => new Quantity(text))
  .registerFunction('isQuantity(string): bool', (text: string) => quantityValue(text) !== undefined)
  .registerFunction('Quantity.isGreaterThan(Quantity): bool', (a: Quantity, b: Quantity) => a.value > b.value)
  .registerFunction('Quantity.isLessThan(Quantity): bool', (a: Quantity, b: Quantity) => a.value < b.value)
  .registerFunction('Quantity.compareTo(Quantity): int', (a: Quantity, b: Quantity) =>
    BigInt(Math.sign(a.value - b.value)),
  );

const PARSED = new Map<string, ParseResult | undefined>();

/** Stands for an old value that is not there. */
export const NO_VALUE = undefined;

export function optional(value: unknown): unknown {
  return Optional.of(value);
}

/** What an expression gives; undefined where it cannot be read, or fails. */
export function evaluateCel(source: string, context: { readonly [name: string]: unknown }): unknown {
  if (!PARSED.has(source)) PARSED.set(source, parsed(source));
  try {
    return PARSED.get(source)?.(context);
  } catch {
    return undefined;
  }
}

function parsed(source: string): ParseResult | undefined {
  try {
    return ENVIRONMENT.parse(withLinearMatches(source));
  } catch {
    return undefined;
  }
}

/** The library's own `matches` goes by JavaScript's expressions, which a pattern can keep busy for ever. */
function withLinearMatches(source: string): string {
  return source.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\bmatches(?=\s*\()/g, (found) =>
    found === 'matches' ? 'matchesInLinearTime' : found,
  );
}
