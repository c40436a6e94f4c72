import { access } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import {
  CONFIG_FILE,
  type Config,
  DEFAULT_OPERATOR_VERSION,
  fail,
  OPERATOR_VERSIONS,
  type OperatorVersion,
  type Problem,
  parseOperatorVersion,
  type Result,
  succeed,
} from '../api/index.ts';
import { loadConfig } from './load-config.ts';

/** What a command that only reads manifests takes from its call, else from a config, else from nowhere. */
export interface ManifestSettings {
  /** Undefined where the folder has none. */
  readonly config: Config | undefined;
  readonly operator: OperatorVersion;
  /** Where manifests are, when the call does not say. */
  readonly manifests: readonly string[];
}

/** A folder need not have a config for its manifests to be read; one that is there must be sound. */
export async function manifestSettings(
  cwd: string,
  operatorText: string | undefined,
): Promise<Result<ManifestSettings>> {
  const config = await optionalConfig(cwd);
  if (!config.ok) return config;
  const operator = operatorOf(operatorText, config.value);
  if (!operator.ok) return operator;
  return succeed({
    config: config.value,
    operator: operator.value,
    manifests: config.value?.manifests ?? ['dist'],
  });
}

/** What was named in a call, and is not there or not below the folder; a link that leads out of it is another matter. */
export function missingPaths(cwd: string, paths: readonly string[], problems: readonly Problem[]): readonly Problem[] {
  const named = new Set([...paths, ...paths.map((path) => nameIn(cwd, path))]);
  return problems.filter(
    ({ code, file }) => file !== undefined && named.has(file) && (code === 'not-found' || isOutside(cwd, file)),
  );
}

function isOutside(cwd: string, path: string): boolean {
  const name = nameIn(cwd, path);
  return name === '..' || name.startsWith('../') || isAbsolute(name);
}

/** A path as problems and manifests name it. */
export function nameIn(cwd: string, path: string): string {
  return relative(cwd, resolve(cwd, path)).split(sep).join('/') || '.';
}

function operatorOf(text: string | undefined, config: Config | undefined): Result<OperatorVersion> {
  if (text === undefined) return succeed(config?.operatorVersion ?? DEFAULT_OPERATOR_VERSION);
  const version = parseOperatorVersion(text);
  if (version !== undefined) return succeed(version);
  const known = OPERATOR_VERSIONS.map((one) => one.replace(/\.0$/, '')).join(', ');
  return fail({ code: 'usage', message: `--operator ${text}: not a release that is known`, hint: `one of ${known}` });
}

async function optionalConfig(cwd: string): Promise<Result<Config | undefined>> {
  const isThere = await access(join(cwd, CONFIG_FILE)).then(
    () => true,
    () => false,
  );
  if (!isThere) return succeed(undefined);
  const loaded = await loadConfig(cwd);
  return loaded.ok ? succeed(loaded.value.config) : loaded;
}
