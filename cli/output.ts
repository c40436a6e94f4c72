import { colorPaint, plainPaint, type Report } from '../report/index.ts';

export const OUTPUT_FORMATS = ['text', 'json', 'yaml', 'markdown'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

type Printer = (report: Report, color: boolean) => string | Promise<string>;

const PRINTERS: { readonly [format in OutputFormat]: Printer } = {
  text: (report, color) => report.text(color ? colorPaint : plainPaint),
  json: (report) => JSON.stringify(report.document, null, 2),
  yaml: async (report) => (await import('./print-yaml.ts')).printYaml(report.document),
  markdown: (report) => report.markdown(),
};

export async function print(report: Report, format: OutputFormat, color: boolean): Promise<string> {
  const text = await PRINTERS[format](report, color);
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
