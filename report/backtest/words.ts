/** `99.21 %`, `98.4 %`; nothing that was missed rounds to all. */
export function percent(share: number): string {
  if (share >= 1) return '100 %';
  if (share > 0.9999) return '> 99.99 %';
  if (share > 0 && share < 0.001) return '< 0.1 %';
  const decimals = share >= 0.98 ? 2 : 1;
  return `${(Math.floor(share * 100 * 10 ** decimals + 1e-9) / 10 ** decimals).toFixed(decimals)} %`;
}

/** `1.52 ×` */
export function times(ratio: number | null): string {
  return ratio === null ? '–' : `${ratio.toFixed(2)} ×`;
}

/** `1,234`, `86.4`: whole from a hundred on. */
export function amount(value: number): string {
  const text = value >= 100 ? Math.round(value).toString() : value.toFixed(1).replace(/\.0$/, '');
  return text.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `10 min`, `90 s`, `1.5 h`. */
export function duration(seconds: number): string {
  if (seconds % 60 !== 0) return `${amount(seconds)} s`;
  return seconds % 1800 === 0 && seconds >= 7200 ? `${amount(seconds / 3600)} h` : `${amount(seconds / 60)} min`;
}

/** What counts that are a day's are of: `a day`, or `in 6 h` where no whole day was judged. */
export function perDay({ start, end }: { readonly start: string; readonly end: string }): string {
  const seconds = (Date.parse(end) - Date.parse(start)) / 1000;
  return seconds >= DAY_SECONDS ? 'a day' : `in ${duration(seconds)}`;
}

const DAY_SECONDS = 86_400;

/** `2026-11-02 09:30` */
export function minuteOf(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}
