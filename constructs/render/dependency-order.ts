import type { IConstruct } from 'constructs';
import { ApiObject } from '../cdk8s.ts';

/** A chain of constructs that each come before the next and, in the end, before themselves. */
export interface DependencyCycle {
  readonly cycle: readonly IConstruct[];
}

/**
 * Objects below a scope, each after all it depends on, otherwise in the order of declaration. A dependency between two
 * constructs is one between all their objects.
 *
 * Each construct is visited once: cdk8s's own sort takes a time that doubles with every layer of shared dependencies
 * (48 objects in layers of two: 7 s).
 */
export function dependencyOrder(scope: IConstruct): readonly ApiObject[] | DependencyCycle {
  const done = new Set<IConstruct>();
  /** Constructs that are being placed, each for the sake of the one before. */
  const path = new Set<IConstruct>();
  const ordered: ApiObject[] = [];
  let cycle: readonly IConstruct[] | undefined;

  /** Puts an object, or all objects of a construct, after what they depend on. */
  const place = (construct: IConstruct): void => {
    if (cycle !== undefined || done.has(construct)) return;
    if (path.has(construct)) {
      const chain = [...path];
      cycle = [...chain.slice(chain.indexOf(construct)), construct];
      return;
    }
    path.add(construct);
    for (const ancestor of construct.node.scopes) {
      for (const dependency of ancestor.node.dependencies) {
        // A construct that depends on one of its own parts puts that part before the others, not before itself.
        if (!contains(dependency, construct) && contains(scope, dependency)) place(dependency);
      }
    }
    if (construct instanceof ApiObject) ordered.push(construct);
    for (const child of construct.node.children) place(child);
    path.delete(construct);
    done.add(construct);
  };

  place(scope);
  return cycle === undefined ? ordered : { cycle };
}

export function isCycle(order: readonly ApiObject[] | DependencyCycle): order is DependencyCycle {
  return 'cycle' in order;
}

function contains(outer: IConstruct, inner: IConstruct): boolean {
  return inner.node.scopes.includes(outer);
}
