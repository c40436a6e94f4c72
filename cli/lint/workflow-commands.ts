import { singleLine } from '../../api/index.ts';
import type { LocatedFinding, Severity } from '../../lint/index.ts';

const COMMANDS: { readonly [severity in Severity]: 'error' | 'warning' | 'notice' } = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
};

const ORDER: readonly Severity[] = ['error', 'warning', 'info'];

/**
 * Findings as workflow commands of GitHub Actions, which shows them at their lines. The worst come first: a step shows
 * ten of each kind.
 * @param folder the folder that files are named from, below the repository's root.
 */
export function workflowCommands(findings: readonly LocatedFinding[], folder: string): readonly string[] {
  return ORDER.flatMap((severity) => findings.filter((finding) => finding.severity === severity)).map(
    ({ severity, rule, file, line, column, length, path, message, help }) => {
      const place: readonly (readonly [string, string | number | undefined])[] = [
        ['file', folder + file],
        ['line', line],
        ['endLine', line],
        ['col', column],
        ['endColumn', column === undefined ? undefined : column + length],
        ['title', `dynamo-gitops: ${rule}`],
      ];
      const properties = place.flatMap(([name, value]) =>
        value === undefined ? [] : [`${name}=${escapeProperty(String(value))}`],
      );
      const where = path === '' ? '' : `${path}: `;
      return `::${COMMANDS[severity]} ${properties.join(',')}::${escapeData(`${where}${message}. Help: ${help}`)}`;
    },
  );
}

/** As the toolkit of Actions escapes (`@actions/core`, command.ts); what a terminal would act on is made visible. */
function escapeData(text: string): string {
  return singleLine(text).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
