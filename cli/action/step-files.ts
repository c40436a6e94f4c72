/** Most of a step's summary that GitHub takes is 1 MiB; a longer one is refused as a whole. */
const MAX_SUMMARY_BYTES = 1_000_000;

/** An output as the file of `GITHUB_OUTPUT` takes it. The delimiter is one that no value can know. */
export function outputLines(outputs: ReadonlyMap<string, string>, delimiter: string): string {
  return [...outputs].map(([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`).join('');
}

/** A summary that is short enough, cut after a line. */
export function summaryText(title: string, markdown: string): string {
  const text = `## ${title}\n\n${markdown.trimEnd()}\n`;
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.byteLength <= MAX_SUMMARY_BYTES) return text;
  const kept = bytes.subarray(0, MAX_SUMMARY_BYTES);
  const whole = kept.subarray(0, kept.lastIndexOf(0x0a) + 1).toString('utf8');
  return `${whole}\nThe rest is left out: it is longer than a summary may be.\n`;
}
