import { isRepositoryPath, type Plan, type Problem } from '../../api/index.ts';
import { digestsOf } from '../edit-set/index.ts';
import type { BranchView } from '../forges/index.ts';

/**
 * Inputs of a plan that people commit and decide with: the config, and the models that `fit` chose. Others are measured,
 * and grow old with the plan; a number itself is checked in its file.
 */
export function planInputFiles({ inputs }: Plan): readonly string[] {
  return [inputs.config, ...(inputs.fitted ?? [])].map(({ file }) => file).filter(isRepositoryPath);
}

/** A problem for each input that is another one on the base by now; one that was never committed there says nothing. */
export function staleInputs(plan: Plan, files: readonly string[], base: BranchView['base']): readonly Problem[] {
  const { config, fitted = [] } = plan.inputs;
  return [config, ...fitted].flatMap(({ file, digest }): readonly Problem[] => {
    const stored = files.includes(file) ? base.files.get(file) : undefined;
    if (stored === undefined || digestsOf(stored.bytes).has(digest)) return [];
    const message = `is another file on branch "${base.branch}" than the plan was made from`;
    return [{ code: 'stale', file, message, hint: 'commit it there if it is not, or run plan again' }];
  });
}
