import { colorPaint, plainPaint, type Report } from '../report/index.ts';

export const OUTPUT_FORMATS = ['text', 'json', 'yaml', 'markdown'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

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
      return '';
  }
}

function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
