import type { LocatedFinding, Severity } from '../../lint/index.ts';
import { type Annotation, workflowCommand } from '../workflow-command.ts';

const ANNOTATIONS: { readonly [severity in Severity]: Annotation } = {
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
      const endColumn = column === undefined ? undefined : column + length;
      const place = { file: folder + file, line, endLine: line, col: column, endColumn };
      const where = path === '' ? '' : `${path}: `;
      return workflowCommand(
        ANNOTATIONS[severity],
        { ...place, title: `dynamo-gitops: ${rule}` },
        `${where}${message}. Help: ${help}`,
      );
    },
  );
}
