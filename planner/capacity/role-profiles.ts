import type { ProfileSetting } from '../../api/index.ts';
import type { EngineProfile, ProfileParts } from './engine-profile.ts';

/** A profile, and the files that its halves come from. */
export interface NamedProfile {
  readonly profile: EngineProfile;
  readonly files: { readonly prefill: string; readonly decode: string };
}

export type FoundProfile =
  | ({ readonly kind: 'found' } & NamedProfile)
  /** A half that no file measures. */
  | { readonly kind: 'missing'; readonly reason: string };

/** Puts together the profile that a setting names: one file that measures both roles, or one for each. */
export function namedProfile(setting: ProfileSetting, files: ReadonlyMap<string, ProfileParts>): FoundProfile {
  const named = typeof setting === 'string' ? { prefill: setting, decode: setting } : setting;
  const prefill = files.get(named.prefill)?.prefill;
  const decode = files.get(named.decode)?.decode;
  if (prefill === undefined) return missing(named.prefill, files, 'prefill');
  if (decode === undefined) return missing(named.decode, files, 'decode');
  return { kind: 'found', profile: joined(files, named, { prefill, decode }), files: named };
}

/** The same object each time where one file measures both, so that what is computed from it is computed once. */
function joined(
  files: ReadonlyMap<string, ProfileParts>,
  named: NamedProfile['files'],
  halves: EngineProfile,
): EngineProfile {
  const file = files.get(named.prefill);
  return named.prefill === named.decode && file !== undefined && isWhole(file) ? file : halves;
}

function isWhole(parts: ProfileParts): parts is EngineProfile {
  return parts.prefill !== undefined && parts.decode !== undefined;
}

function missing(file: string, files: ReadonlyMap<string, ProfileParts>, role: 'prefill' | 'decode'): FoundProfile {
  const reason = files.has(file) ? `the profile ${file} measures no ${role}` : `the profile ${file} was not read`;
  return { kind: 'missing', reason };
}
