/** Labels with which a person keeps us away from a proposal. */
const HOLDING = ['hold', 'freeze'];

export function holdingLabel(labels: readonly string[]): string | undefined {
  return labels.find((label) => HOLDING.includes(label.toLowerCase()));
}
