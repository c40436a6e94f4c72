import { CONFIG_FILE, isRepositoryPath } from '../../api/index.ts';

/**
 * Why a file may never be edited on a plan's word, whatever the plan says; undefined where it may. A plan is a document
 * that comes from elsewhere, and these files decide what runs and who reviews.
 */
export function protectionOf(file: string): string | undefined {
  if (!isRepositoryPath(file)) return 'is not a path inside the repository';
  // Control and invisible characters: HFS+ ignores some of them in names, so that `.g\u200cit` would be `.git`.
  if (/\p{C}/u.test(file)) return 'has invisible characters in its path';
  const steps = file.toLowerCase().split('/');
  // `.git`, `.github`, `.gitlab-ci.yml`, `.gitmodules`, `.gitattributes`, and the short name of `.git` on Windows.
  const forge = steps.find((step) => step.startsWith('.git') || /^git~\d+$/.test(step));
  if (forge !== undefined) return `lies in or is "${forge}", which belongs to git or to the forge`;
  if (steps.at(-1) === 'codeowners') return 'says who reviews, so no plan may change it';
  if (file.toLowerCase() === CONFIG_FILE) return 'configures the planner, so no plan may change it';
  return undefined;
}
