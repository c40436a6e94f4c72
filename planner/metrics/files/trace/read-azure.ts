import { type Result, succeed } from '../../../../api/index.ts';
import { type CsvCell, eachRecord } from '../csv/csv-records.ts';
import { badCell, shown } from '../file-problem.ts';
import type { ReadFile } from '../file-series.ts';
import { BinnedRequests, type TraceSetting, tokensOf } from './binned-requests.ts';

export const AZURE_HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens';
const TIME = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?$/;

/**
 * Reads a trace as Azure publishes them: `TIMESTAMP`, `ContextTokens` and `GeneratedTokens`, a row a request. Its times
 * tell how far apart requests are, and nothing else.
 * @see https://github.com/Azure/AzurePublicDataset
 */
export function readAzure(text: string, file: string, setting: TraceSetting): Result<ReadFile> {
  const [times, inputs, outputs, lines]: [number[], number[], number[], number[]] = [[], [], [], []];
  let hasHeader = false;
  const read = eachRecord(text, file, (cells) => {
    const [time, input, output] = cells;
    if (time === undefined || input === undefined || output === undefined || cells.length > 3) {
      return badCell(file, time ?? { line: 1, column: 1 }, `has ${cells.length} cells; the header is ${AZURE_HEADER}`);
    }
    if (!hasHeader) {
      hasHeader = true;
      const names = cells.map((cell) => cell.text).join(',');
      return names === AZURE_HEADER
        ? undefined
        : badCell(file, time, `the header is ${shown(names)}, not ${AZURE_HEADER}`);
    }
    const ms = timeOf(time.text);
    if (!ms.ok) return badCell(file, time, `${shown(time.text)} is not a time such as 2023-11-16 18:15:46.6805900`);
    const [tokensIn, tokensOut] = [tokenCount(input), tokenCount(output)];
    if (tokensIn === undefined)
      return badCell(file, input, `ContextTokens: ${shown(input.text)} is not a number from 0`);
    if (tokensOut === undefined)
      return badCell(file, output, `GeneratedTokens: ${shown(output.text)} is not a number from 0`);
    times.push(ms.value);
    inputs.push(tokensIn);
    outputs.push(tokensOut);
    lines.push(time.line);
    return undefined;
  });
  if (!read.ok) return read;
  const bins = new BinnedRequests(setting);
  const first = times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  for (const [index, time] of times.entries()) {
    const problem = bins.add(time - first, inputs[index] ?? 0, outputs[index] ?? 0);
    if (problem === undefined) continue;
    return { ok: false, error: [badCell(file, { line: lines[index] ?? 1, column: 1 }, problem, 'check its time')] };
  }
  return bins.read(file, 'Azure', setting);
}

function timeOf(text: string): Result<number, string> {
  const parts = TIME.exec(text);
  // Seven decimals in the trace, and Date reads three.
  const ms = parts === null ? Number.NaN : Date.parse(`${text.slice(0, 19).replace(' ', 'T')}${parts[2] ?? 'Z'}`);
  const fraction = Number(parts?.[1] ?? 0) * 1000;
  return Number.isNaN(ms) ? { ok: false, error: 'no time' } : succeed(ms + fraction);
}

function tokenCount({ text }: CsvCell): number | undefined {
  return /^\d+(\.\d+)?$/.test(text.trim()) ? tokensOf(Number(text)) : undefined;
}
