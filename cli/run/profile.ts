import type { Problem } from '../../api/index.ts';
import { lintDecode, lintPrefill, lintSameKvTokens } from '../../planner/index.ts';
import type { CommandRunner } from '../command.ts';
import { done, failed } from '../outcome.ts';
import { type ProfileReportFile, profileReport } from '../profile/profile-report.ts';
import { readProfile } from '../profile/read-profile.ts';

export interface ProfileInput {
  readonly files: readonly string[];
  /** GPUs of a replica, for files that do not say. */
  readonly tensorParallel: number | undefined;
}

/** Reads profiles and says what is wrong with each, and how well a performance model fits it; it changes nothing. */
export const runProfile: CommandRunner<ProfileInput> = async ({ files, tensorParallel }, { cwd }) => {
  const problems: Problem[] = [];
  const read: Omit<ProfileReportFile, 'findings'>[] = [];
  for (const file of new Set(files)) {
    const profile = await readProfile(cwd, file);
    if (profile.ok) read.push({ file, digest: profile.value.input.digest, parts: profile.value.value });
    else problems.push(...profile.error);
  }
  if (problems.length > 0) return failed(problems);
  const twins = lintSameKvTokens(read.map(({ file, parts }) => ({ file, decode: parts.decode })));
  const linted = read.map(
    (one): ProfileReportFile => ({
      ...one,
      findings: [
        ...(one.parts.prefill === undefined ? [] : lintPrefill(one.parts.prefill, tensorParallel)),
        ...(one.parts.decode === undefined ? [] : lintDecode(one.parts.decode, tensorParallel)),
        ...twins.filter(({ file }) => file === one.file).map(({ file: _, ...finding }) => finding),
      ],
    }),
  );
  const isWrong = linted.some(({ findings }) => findings.some(({ severity }) => severity === 'error'));
  return done(profileReport(linted), isWrong ? 2 : 0);
};
