import { singleLine } from '../api/index.ts';

/** What GitHub Actions shows beside a file, or above a job's log. */
export type Annotation = 'error' | 'warning' | 'notice';

export interface AnnotationPlace {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly endLine?: number | undefined;
  readonly col?: number | undefined;
  readonly endColumn?: number | undefined;
  readonly title?: string | undefined;
}

/** A workflow command of GitHub Actions, one line: whatever the parts hold, they make no second command. */
export function workflowCommand(annotation: Annotation, place: AnnotationPlace, message: string): string {
  const properties = Object.entries(place).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escapeProperty(String(value))}`],
  );
  return `::${[annotation, properties.join(',')].filter(Boolean).join(' ')}::${escapeData(message)}`;
}

/** As the toolkit of Actions escapes (`@actions/core`, command.ts); what a terminal would act on is made visible. */
function escapeData(text: string): string {
  return singleLine(text).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
