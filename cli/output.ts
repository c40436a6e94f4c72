import { colorPaint, plainPaint, type Report } from '../report/index.ts';

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

type Printer = (report: Report, color: boolean) => string | Promise<string>;

type DocumentPrinter = (document: object) => string | Promise<string>;

/** The formats for programs: the document as it is, and nothing else. */
const DOCUMENT_PRINTERS: { readonly [format in 'json' | 'yaml']: DocumentPrinter } = {
  json: (document) => JSON.stringify(document, null, 2),
  yaml: async (document) => (await import('./print-yaml.ts')).printYaml(document),
};

const PRINTERS: { readonly [format in OutputFormat]: Printer } = {
  text: (report, color) => report.text(color ? colorPaint : plainPaint),
  json: (report) => DOCUMENT_PRINTERS.json(report.document),
  yaml: (report) => DOCUMENT_PRINTERS.yaml(report.document),
  markdown: (report) => report.markdown(),
  sarif: (report) => report.findings?.sarif() ?? '',
  github: (report) => report.findings?.github() ?? '',
};

export async function print(report: Report, format: OutputFormat, color: boolean): Promise<string> {
  return endLine(await PRINTERS[format](report, color));
}

/** What has no report, such as an error: nothing in the formats for people. */
export async function printDocument(document: object, format: OutputFormat): Promise<string> {
  switch (format) {
    case 'json':
    case 'yaml':
      return endLine(await DOCUMENT_PRINTERS[format](document));
    case 'text':
    case 'markdown':
    case 'sarif':
    case 'github':
      return '';
  }
}

function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
