import { fail, type Result, succeed } from '../../api/index.ts';
import type { Family } from '../../planner/backtest/choice/index.ts';

/** The policies that are named, with commas between them, `all`, or the usual ones. Perfect foresight is always beside them. */
export function choosePolicies(known: readonly Family[], words: string | undefined): Result<readonly Family[]> {
  if (words === undefined) return succeed(known.filter(({ isExtra }) => isExtra !== true));
  if (words.trim() === 'all') return succeed(known);
  const names = [...new Set(words.split(',').map((word) => word.trim()))].filter((name) => name !== '');
  const unknown = names.filter((name) => !known.some((family) => family.name === name));
  const hint = `there are: all, ${known.map(({ name }) => name).join(', ')}`;
  if (names.length === 0) return fail({ code: 'usage', message: '--policies names none', hint });
  return unknown.length > 0
    ? fail({
        code: 'usage',
        message: `--policies: ${unknown.map((name) => JSON.stringify(name)).join(', ')} is unknown`,
        hint,
      })
    : succeed(known.filter(({ name }) => names.includes(name)));
}
