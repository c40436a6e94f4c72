import { SCHEMA_VERSION } from '../../api/index.ts';
import type { Paint, Report } from '../../report/index.ts';

/** One step of the demo: what is done, the command that would do it, and what that command showed. */
export interface Step {
  readonly title: string;
  readonly command: string | undefined;
  readonly shown: Report | { readonly lines: string };
}

export interface Story {
  readonly steps: readonly Step[];
  /** Where the repository is kept; undefined once it is gone. */
  readonly folder: string | undefined;
}

export function storyReport({ steps, folder }: Story): Report {
  return {
    document: {
      schemaVersion: SCHEMA_VERSION,
      kind: 'demo',
      repository: folder ?? null,
      steps: steps.map(({ title, command, shown }) => ({
        title,
        command: command ?? null,
        result: 'document' in shown ? shown.document : null,
      })),
    },
    text: (paint) =>
      [...steps.map((step, index) => stepText(step, index + 1, paint)), closing(folder, paint)].join('\n\n'),
    markdown: () =>
      steps
        .map((step, index) => `## ${index + 1}. ${step.title}\n\n${commandLine(step)}${stepMarkdown(step)}`)
        .join('\n\n'),
  };
}

function stepText({ title, command, shown }: Step, number: number, paint: Paint): string {
  const heading = paint.strong(`── ${number}. ${title} `.padEnd(88, '─'));
  const call = command === undefined ? [] : [paint.faint(`$ ${command}`)];
  const body = 'document' in shown ? shown.text(paint) : shown.lines;
  return [heading, ...call, '', body.trimEnd()].join('\n');
}

function commandLine({ command }: Step): string {
  return command === undefined ? '' : `\`${command}\`\n\n`;
}

function stepMarkdown({ shown }: Step): string {
  return 'document' in shown ? shown.markdown().trimEnd() : `\`\`\`\n${shown.lines.trimEnd()}\n\`\`\``;
}

function closing(folder: string | undefined, paint: Paint): string {
  const where =
    folder === undefined ? 'The repository is gone again; --keep keeps it.' : `The repository is kept: ${folder}`;
  return paint.faint(where);
}
