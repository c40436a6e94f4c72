import { colorPaint, plainPaint, type Report } from '../report/index.ts';
import { jsonWithoutCommands, withoutCommands } from './without-commands.ts';

/** Formats that every command has. */
const REPORT_FORMATS = ['text', 'json', 'yaml', 'markdown'] as const;
/** Formats of findings, for code scanning and for the log of a GitHub job. */
export const FINDING_FORMATS = ['sarif', 'github'] as const;
export const OUTPUT_FORMATS = [...REPORT_FORMATS, ...FINDING_FORMATS] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];
export type FindingFormat = (typeof FINDING_FORMATS)[number];

export function isFindingFormat(format: OutputFormat): format is FindingFormat {
  return FINDING_FORMATS.some((one) => one === format);
}

/** Where the result goes. */
export interface Printing {
  readonly color: boolean;
  /** Whether the runner of GitHub Actions reads it. */
  readonly isInWorkflow: boolean;
}

type Printer = (report: Report, printing: Printing) => string | Promise<string>;

type DocumentPrinter = (document: object, printing: Printing) => string | Promise<string>;

/** The formats for programs: the document as it is, and nothing else. */
const DOCUMENT_PRINTERS: { readonly [format in 'json' | 'yaml']: DocumentPrinter } = {
  json: (document, printing) => shownJson(JSON.stringify(document, null, 2), printing),
  yaml: async (document, { isInWorkflow }) => (await import('./print-yaml.ts')).printYaml(document, isInWorkflow),
};

const PRINTERS: { readonly [format in OutputFormat]: Printer } = {
  text: (report, printing) => shownText(report.text(printing.color ? colorPaint : plainPaint), printing),
  json: (report, printing) => DOCUMENT_PRINTERS.json(report.document, printing),
  yaml: (report, printing) => DOCUMENT_PRINTERS.yaml(report.document, printing),
  markdown: (report, printing) => shownText(report.markdown(), printing),
  sarif: (report, printing) => shownJson(report.findings?.sarif() ?? '', printing),
  // Workflow commands of our own.
  github: (report) => report.findings?.github() ?? '',
};

export async function print(report: Report, format: OutputFormat, printing: Printing): Promise<string> {
  return endLine(await PRINTERS[format](report, printing));
}

/** What has no report, such as an error: nothing in the formats for people. */
export async function printDocument(document: object, format: OutputFormat, printing: Printing): Promise<string> {
  switch (format) {
    case 'json':
    case 'yaml':
      return endLine(await DOCUMENT_PRINTERS[format](document, printing));
    case 'text':
    case 'markdown':
    case 'sarif':
    case 'github':
      return '';
  }
}

function shownText(text: string, { isInWorkflow }: Printing): string {
  return isInWorkflow ? withoutCommands(text) : text;
}

function shownJson(json: string, { isInWorkflow }: Printing): string {
  return isInWorkflow ? jsonWithoutCommands(json) : json;
}

function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
