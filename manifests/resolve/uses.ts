import { formatPath } from '../../api/index.ts';
import type { Build } from './build.ts';
import { idOf } from './rendered-object.ts';
import type { ResolvedFleet } from './resolve-fleet.ts';
import { type NumberPlace, numbersIn } from './sourced.ts';

/** By place: what each number becomes. Every number of a fleet is asked about, so they are looked up once. */
const USES: WeakMap<ResolvedFleet, ReadonlyMap<string, readonly string[]>> = new WeakMap();

/** Who changes with a number. */
export function usesOf(fleet: ResolvedFleet, place: NumberPlace): readonly string[] {
  const known = USES.get(fleet) ?? allUses(fleet.builds);
  USES.set(fleet, known);
  return known.get(JSON.stringify(place)) ?? [];
}

function allUses(builds: readonly Build[]): ReadonlyMap<string, readonly string[]> {
  const uses = new Map<string, string[]>();
  for (const build of builds) {
    for (const { value } of build.objects) {
      const { namespace, name } = idOf(value);
      const label = `${namespace === '' ? '' : `${namespace}/`}${name}`;
      for (const { number, path } of numbersIn(value)) {
        const key = JSON.stringify(number.place);
        const found = uses.get(key) ?? [];
        found.push(`${label} ${formatPath(path)} (${build.name})`);
        uses.set(key, found);
      }
    }
  }
  return uses;
}
