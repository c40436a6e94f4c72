/** What the help of the program closes with. */
export const PROGRAM_HELP = `
Example:
  dynamo-gitops plan --out plan.json && dynamo-gitops propose plan.json

Exit codes:
  0  done, or nothing to do
  1  error: a line each on stderr, and a document on stdout with -o json or yaml
  2  differences or findings (synth --check, lint, verify, diff and plan with --detailed-exitcode)
  3  held or refused (propose, migrate, plan --detailed-exitcode)`;

/** What the help of a command closes with: an example line, and what its exit codes mean. */
export function commandHelp(example: string, codes: { readonly 0: string; readonly 2?: string; readonly 3?: string }) {
  const rest = [codes[2] === undefined ? [] : [`2 ${codes[2]}`], codes[3] === undefined ? [] : [`3 ${codes[3]}`]];
  return `\nExample:\n  ${example}\n\nExit codes: ${[`0 ${codes[0]}`, '1 error', ...rest.flat()].join('; ')}`;
}
