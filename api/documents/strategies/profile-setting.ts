import * as z from 'zod';
import { repositoryPath } from '../common.ts';

/**
 * The engine's profile: one file that measures prefill and decode, or one for each role, which may run with different
 * tensor parallelism. Dynamo's raw data as JSON or npz, or the committed form.
 */
export const profileSetting = z.union([
  repositoryPath,
  z.strictObject({ prefill: repositoryPath, decode: repositoryPath }),
]);

export type ProfileSetting = z.output<typeof profileSetting>;

/** The files that a setting names, with the field of each. */
export function profileFiles(setting: ProfileSetting): readonly { readonly field: string; readonly path: string }[] {
  if (typeof setting === 'string') return [{ field: 'profile', path: setting }];
  return [
    { field: 'profile.prefill', path: setting.prefill },
    { field: 'profile.decode', path: setting.decode },
  ];
}
