/**
 * A positive decimal as a Kubernetes quantity, in the form that the API server prints: `500m` for 0.5. Undefined below a
 * millionth, which Kubernetes rounds up.
 */
export function quantityOf(value: number): string | undefined {
  const micros = Math.round(value * 1e6);
  if (!Number.isSafeInteger(micros) || micros <= 0) return undefined;
  if (micros % 1e6 === 0) return String(micros / 1e6);
  return micros % 1e3 === 0 ? `${micros / 1e3}m` : `${micros}u`;
}
