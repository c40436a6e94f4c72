import type { Result } from '../../../../api/index.ts';
import { badCell } from '../file-problem.ts';
import type { ReadFile } from '../file-series.ts';
import { columnOf, objectOf } from '../json-lines/read-json-lines.ts';
import { eachLine } from '../text-lines.ts';
import { BinnedRequests, type TraceSetting, tokensOf } from './binned-requests.ts';

/**
 * Reads a trace as Mooncake publishes them: an object a line with `timestamp` (milliseconds from the start),
 * `input_length` and `output_length` (tokens).
 * @see https://github.com/kvcache-ai/Mooncake
 */
export function readMooncake(text: string, file: string, setting: TraceSetting): Result<ReadFile> {
  const bins = new BinnedRequests(setting);
  const read = eachLine(text, file, (line) => {
    const object = objectOf(line, file);
    if (!object.ok) return object.error;
    const values = ['timestamp', 'input_length', 'output_length'].map((name) => {
      const value = tokensOf(Object.hasOwn(object.value, name) ? object.value[name] : undefined);
      return { name, value };
    });
    const missing = values.find(({ value }) => value === undefined);
    if (missing !== undefined) {
      const position = { line: line.line, column: columnOf(line.text, missing.name) };
      return badCell(file, position, `${missing.name} is missing, or not a number from 0`);
    }
    const [time = 0, input = 0, output = 0] = values.map(({ value }) => value);
    const problem = bins.add(time, input, output);
    if (problem === undefined) return undefined;
    return badCell(
      file,
      { line: line.line, column: columnOf(line.text, 'timestamp') },
      problem,
      'timestamp is in milliseconds from the start',
    );
  });
  return read.ok ? bins.read(file, 'Mooncake', setting) : read;
}
