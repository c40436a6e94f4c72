import { join } from 'node:path';
import {
  CONFIG_FILE,
  type Config,
  configSchema,
  digestOf,
  type InputDigest,
  type Problem,
  parseDocument,
  type Result,
  succeed,
} from '../api/index.ts';
import { readTextInput } from './files.ts';

export interface LoadedConfig {
  readonly config: Config;
  readonly input: InputDigest;
}

/** Reads `dynamo-gitops.yaml` at the repository's root; every finding carries its path and, for syntax, its line. */
export async function loadConfig(cwd: string): Promise<Result<LoadedConfig>> {
  const text = await readTextInput(join(cwd, CONFIG_FILE), CONFIG_FILE);
  if (!text.ok) {
    const hint = "run in the repository's root, or name it with -C";
    return { ok: false, error: text.error.map((problem) => ({ ...problem, hint })) };
  }
  const { LineCounter, parseDocument: parseYaml } = await import('yaml');
  const lineCounter = new LineCounter();
  const document = parseYaml(text.value, { lineCounter, prettyErrors: false });
  if (document.errors.length > 0) {
    return {
      ok: false,
      error: document.errors.map((error): Problem => {
        const position = lineCounter.linePos(error.pos[0]);
        return { code: 'syntax', file: CONFIG_FILE, line: position.line, column: position.col, message: error.message };
      }),
    };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return { ok: false, error: [{ code: 'syntax', file: CONFIG_FILE, message }] };
  }
  const config = parseDocument(configSchema, value, CONFIG_FILE);
  return config.ok
    ? succeed({ config: config.value, input: { file: CONFIG_FILE, digest: digestOf(text.value) } })
    : config;
}
