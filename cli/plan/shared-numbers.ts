import { locateInteger, type ManifestFile } from '../../manifests/index.ts';
import { placeText, refused, type ServiceTarget } from './located-numbers.ts';

/** Two services of one number: whoever edits it for the one edits it for the other. */
export function withoutShared<Named extends NamedTarget>(
  targets: readonly Named[],
  sources: ReadonlyMap<string, ManifestFile>,
): readonly Named[] {
  const keys = targets.map(({ target }) => keysOf(target, sources));
  const users = new Map<string, Set<string>>();
  for (const [index, { name }] of targets.entries()) {
    for (const key of keys[index] ?? []) users.set(key, (users.get(key) ?? new Set()).add(name));
  }
  return targets.map((one, index) => {
    const others = (keys[index] ?? []).flatMap((key) =>
      [...(users.get(key) ?? [])].filter((name) => name !== one.name),
    );
    const [location] = one.target.number.kind === 'located' ? one.target.number.locations : [];
    if (others.length === 0 || location === undefined) return one;
    const reason = `${placeText(location)} is the number of ${one.name} and of ${[...new Set(others)].join(' and of ')}; give each its own`;
    return { ...one, target: { ...one.target, number: refused('unreadable-number', reason) } };
  });
}

export interface NamedTarget {
  /** `llm-prod/chat/decode`, with what renders it where several do. */
  readonly name: string;
  readonly target: ServiceTarget;
}

/** A number by its offset, since several paths may lead to it. */
function keysOf({ number }: ServiceTarget, sources: ReadonlyMap<string, ManifestFile>): readonly string[] {
  if (number.kind === 'refused') return [];
  return number.locations.map(({ file, document, path }) => {
    const manifest = sources.get(file);
    const found = manifest === undefined ? undefined : locateInteger(manifest, document, path);
    return JSON.stringify(found?.ok === true ? [file, found.value.start] : [file, document, path]);
  });
}
