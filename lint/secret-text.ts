/** Tokens that tell by their form who issued them: Hugging Face, NVIDIA, GitHub, GitLab, OpenAI, AWS, Slack. */
const TOKEN =
  /(?<![A-Za-z0-9])(hf_[A-Za-z0-9]{16,}|nvapi-[A-Za-z0-9_-]{20,}|gh[opsu]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{18,}|sk-[A-Za-z0-9_-]{20,}|AKIA[A-Z0-9]{16}|xox[abp]-[A-Za-z0-9-]{10,})/;
const TOKENS = new RegExp(TOKEN, 'g');

export function holdsToken(text: string): boolean {
  return TOKEN.test(text);
}

/** A line of a file that may be shown: as long as it was, with stars where tokens stood. */
export function withoutTokens(line: string): string {
  return line.replace(TOKENS, (token) => '*'.repeat(token.length));
}

/** A line that a secret starts in, at this column from 1, with all that follows hidden. */
export function withoutRest(line: string, column: number): string {
  return line.slice(0, column - 1) + line.slice(column - 1).replace(/\S/g, '*');
}
