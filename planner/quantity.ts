/** A number as people read it: thousands apart, about four digits that matter, no trailing zeros. */
export function formatQuantity(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : `${value < 0 ? '-' : ''}infinite`;
  const size = Math.abs(value);
  const decimals =
    size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : size === 0 ? 0 : 3 - Math.ceil(Math.log10(size));
  return withThousands(trimZeros(value.toFixed(Math.min(decimals, 12))));
}

/** A quotient that is about to be rounded up, with as many decimals as it takes to see why: `2.0004`, not `2`. */
export function formatBeforeCeil(value: number): string {
  for (let decimals = 2; decimals <= 9; decimals += 1) {
    const text = value.toFixed(decimals);
    if (Math.ceil(Number(text)) === Math.ceil(value)) return withThousands(trimZeros(text));
  }
  return formatQuantity(value);
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function withThousands(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** `1 request`, `2 requests`. */
export function counted(count: number, noun: string): string {
  return `${formatQuantity(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((part) => part !== '').join(' and ');
}
