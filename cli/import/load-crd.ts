import { resolve } from 'node:path';
import { loadAll, YAMLException } from 'js-yaml';
import { fail, type Problem, type Result } from '../../api/index.ts';
import { type CrdSchemas, crdSchemas } from '../../constructs/import/index.ts';
import { readTextInput } from '../files.ts';

/** Reads CustomResourceDefinitions; JSON, which kubectl writes too, takes a twentieth of the time of YAML. */
export async function loadCrd(cwd: string, file: string): Promise<Result<CrdSchemas>> {
  const text = await readTextInput(resolve(cwd, file), file);
  if (!text.ok) return text;
  const documents = parse(text.value, file);
  return documents.ok ? crdSchemas(documents.value, file) : documents;
}

function parse(text: string, file: string): Result<readonly unknown[]> {
  const isJson = text.trimStart().startsWith('{');
  try {
    return { ok: true, value: isJson ? [JSON.parse(text)] : loadAll(text) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    const line = cause instanceof YAMLException && cause.mark !== undefined ? { line: cause.mark.line + 1 } : {};
    const problem: Problem = {
      code: 'syntax',
      file,
      ...line,
      message: `is not ${isJson ? 'JSON' : 'YAML'}: ${reason}`,
    };
    return fail(problem);
  }
}
