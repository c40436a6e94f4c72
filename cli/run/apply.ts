import { type Plan, SCHEMA_VERSION } from '../../api/index.ts';
import {
  areHeldAlready,
  type EditResult,
  editFiles,
  planEdits,
  readWorkTree,
  replaceInWorkTree,
  supportingFiles,
} from '../../gitops/index.ts';
import { code, printMarkdown, type Report, visibleText } from '../../report/index.ts';
import type { CommandRunner } from '../command.ts';
import { loadPlan } from '../load-plan.ts';
import { done, failed } from '../outcome.ts';

export interface ApplyInput {
  readonly plan: string;
}

/** Edits the working tree as the plan says. */
export const runApply: CommandRunner<ApplyInput> = async (input, context) => {
  const plan = await loadPlan(context.cwd, input.plan);
  if (!plan.ok) return failed(plan.error);
  const groups = planEdits(plan.value);
  if (!groups.ok) return failed(groups.error);
  const wanted = groups.value.flatMap((group) => group.edits);
  const supporting = supportingFiles(plan.value, wanted);
  const files = await readWorkTree(context.cwd, [...new Set(wanted.map((edit) => edit.location.file))]);
  if (!files.ok) return failed(files.error);
  const others = await readWorkTree(context.cwd, supporting);
  if (!others.ok) return failed(others.error);
  const read = (file: string) => files.value.get(file) ?? others.value.get(file);
  // A graph that was applied or merged since the plan was made has other files than the plan knows, and nothing to do.
  const edits = groups.value.filter((group) => !areHeldAlready(group.edits, read)).flatMap((group) => group.edits);
  const edited = editFiles(edits, read, supporting);
  if (!edited.ok) return failed(edited.error);
  if (Date.parse(plan.value.expiresAt) < context.now().getTime()) {
    context.log(`note: the plan expired at ${plan.value.expiresAt}, so its numbers may be out of date`);
  }
  const replaced = await replaceInWorkTree(context.cwd, edited.value.files);
  return replaced.ok ? done(applyReport(plan.value, edited.value)) : failed(replaced.error);
};

function applyReport(plan: Plan, { changes }: EditResult): Report {
  const nothing = 'Nothing to do: every number is what it should be.';
  return {
    document: {
      schemaVersion: SCHEMA_VERSION,
      kind: 'applied',
      plan: plan.digest,
      outcome: changes.length === 0 ? 'nothing-to-do' : 'applied',
      changes,
    },
    text: (paint) =>
      changes.length === 0
        ? nothing
        : changes
            .map(
              ({ file, line, environment, deployment, service, from, to }) =>
                `${paint.strong(`${visibleText(file)}:${line}`)}  ${environment}/${deployment}/${service} ${from} → ${to}`,
            )
            .join('\n'),
    markdown: () =>
      printMarkdown([
        changes.length === 0
          ? { kind: 'paragraph', content: [nothing] }
          : {
              kind: 'table',
              head: ['File', 'Service', 'Replicas'],
              rows: changes.map(({ file, line, environment, deployment, service, from, to }) => [
                [code(`${file}:${line}`)],
                [code(`${environment}/${deployment}/${service}`)],
                [`${from} → ${to}`],
              ]),
            },
      ]),
  };
}
