import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem, type JsonObject, valueAt } from '../../api/index.ts';
import { buildDecodeGrids, type DecodeGrids, type EngineProfile, parseEngineProfile } from '../../planner/index.ts';

/** Profiles by the names that rows use. */
export interface Profiles {
  /** @throws Error when there is no such profile, or it cannot be read */
  named(name: string | undefined): EngineProfile;
}

const DEFAULT_PROFILE = 'h200_tp1p_tp1d';

/** The profile of the demo holds the same figures, so that the committed rows need no second copy of them. */
const COMMITTED: ReadonlyMap<string, string> = new Map([
  [DEFAULT_PROFILE, 'apps/chat/profiles/h200-llama-3.1-8b-fp8-tp1.json'],
]);

export interface ProfileOptions {
  readonly root: string;
  /** Where profiles lie beside the rows. */
  readonly folder: string;
  /** Whether grids that lie beside a profile are ignored and built from its measurements instead. */
  readonly ignoresCarriedGrids: boolean;
}

/** Reads profiles when a row first asks for them. */
export function profilesOf({ root, folder, ignoresCarriedGrids }: ProfileOptions): Profiles {
  const read = new Map<string, EngineProfile>();
  return {
    named(wanted) {
      const name = fileNameOf(wanted ?? DEFAULT_PROFILE);
      const known = read.get(name) ?? readProfile(name, { root, folder, ignoresCarriedGrids });
      read.set(name, known);
      return known;
    },
  };
}

/** `gpu|framework|model|tensor parallel`, the key of Dynamo's pre-swept results, or the name of the file itself. */
function fileNameOf(name: string): string {
  const [gpu, , , parallel] = name.split('|');
  if (parallel !== undefined) return gpu === 'h200_sxm' ? DEFAULT_PROFILE : `h100_70b_tp${parallel}`;
  if (!/^[\w-]+$/.test(name)) throw new Error(`"${name}" is not the name of a profile`);
  return name;
}

function readProfile(name: string, { root, folder, ignoresCarriedGrids }: ProfileOptions): EngineProfile {
  const beside = join(folder, `${name}.json`);
  const committed = COMMITTED.get(name);
  const file = existsSync(beside) || committed === undefined ? beside : join(root, committed);
  if (!existsSync(file)) throw new Error(`there is no profile ${name}.json beside the rows`);
  const parsed = parseEngineProfile(readFileSync(file, 'utf8'), file);
  if (!parsed.ok) throw new Error(parsed.error.map(formatProblem).join('; '));
  const profile = parsed.value;
  const derived = join(folder, `${name}_derived.json`);
  const grids =
    existsSync(derived) && !ignoresCarriedGrids
      ? derivedGrids(JSON.parse(readFileSync(derived, 'utf8')))
      : buildDecodeGrids(profile.decode);
  return { ...profile, decode: { ...profile.decode, grids } };
}

/** The grids that the original computed, as the reference cases carry them. */
export function derivedGrids(document: JsonObject): DecodeGrids {
  return {
    kvUsageAxis: valueAt(document, 'xi') as readonly number[],
    contextTokensAxis: valueAt(document, 'yi') as readonly number[],
    itlMs: valueAt(document, 'itl_grid') as readonly (readonly number[])[],
    tokensPerSecondPerGpu: valueAt(document, 'thpt_grid') as readonly (readonly number[])[],
  };
}
