import { join } from 'node:path';
import {
  CONFIG_FILE,
  type Config,
  configSchema,
  fail,
  type InputDigest,
  parseDocument,
  type Result,
  succeed,
} from '../api/index.ts';
import { readManifest } from '../manifests/index.ts';
import { withLines } from './config-lines.ts';
import { readInput } from './files.ts';

export interface LoadedConfig {
  readonly config: Config;
  readonly input: InputDigest;
}

/** Reads `dynamo-gitops.yaml` at the repository's root; every finding carries its path and, for syntax, its line. */
export async function loadConfig(cwd: string): Promise<Result<LoadedConfig>> {
  const bytes = await readInput(join(cwd, CONFIG_FILE), CONFIG_FILE);
  if (!bytes.ok) {
    const hint = "run in the repository's root, or name it with -C";
    return fail(...bytes.error.map((problem) => ({ ...problem, hint })));
  }
  const { manifest, problems } = readManifest(CONFIG_FILE, bytes.value);
  if (problems.length > 0 || manifest === undefined) return fail(...problems);
  const [document, second] = manifest.documents;
  if (document === undefined || second !== undefined) {
    const count = manifest.documents.length === 0 ? 'no map of settings' : `${manifest.documents.length} documents`;
    return fail({ code: 'schema', file: CONFIG_FILE, message: `has ${count}; the config is one document` });
  }
  const config = parseDocument(configSchema, document.value, CONFIG_FILE);
  if (config.ok) return succeed({ config: config.value, input: { file: CONFIG_FILE, digest: manifest.digest } });
  return fail(...(await withLines(config.error, manifest.text)));
}
