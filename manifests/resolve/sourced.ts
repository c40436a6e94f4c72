import { type DocumentPath, isObject, type JsonObject, type JsonValue } from '../../api/index.ts';

/** Where a number is written. */
export interface NumberPlace {
  readonly file: string;
  /** Position of the document in the file, from 0. */
  readonly document: number;
  readonly path: DocumentPath;
}

/** How a number came to stand where it is rendered. */
export type NumberMeans =
  | 'manifest'
  | 'strategic merge patch'
  | 'JSON patch'
  | 'kustomize replicas'
  | 'Helm values'
  | 'Helm parameter';

/** A number that remembers where it was written, and what it took the place of. */
export class SourcedNumber {
  readonly value: number;
  readonly place: NumberPlace;
  readonly means: NumberMeans;
  /** Why an edit of it may change another number than it seems to, though it renders. */
  readonly doubt: string | undefined;
  /** Numbers that this one is written over, the first that was written first. */
  readonly overridden: readonly SourcedNumber[];

  constructor(value: number, place: NumberPlace, means: NumberMeans, more: NumberHistory = {}) {
    this.value = value;
    this.place = place;
    this.means = means;
    this.doubt = more.doubt;
    this.overridden = more.overridden ?? [];
  }

  /** This number in the place of another. */
  over(other: Sourced | undefined): SourcedNumber {
    if (!(other instanceof SourcedNumber)) return this;
    const overridden = [...other.overridden, other];
    return new SourcedNumber(this.value, this.place, this.means, { doubt: this.doubt, overridden });
  }
}

interface NumberHistory {
  readonly doubt?: string | undefined;
  readonly overridden?: readonly SourcedNumber[];
}

/** A value in which every number knows its place. */
export type Sourced = string | boolean | null | SourcedNumber | readonly Sourced[] | SourcedMap;
export interface SourcedMap {
  readonly [key: string]: Sourced | undefined;
}

export function isSourcedMap(value: Sourced | undefined): value is SourcedMap {
  return isObject(value) && !(value instanceof SourcedNumber);
}

export function isSourcedList(value: Sourced | undefined): value is readonly Sourced[] {
  return Array.isArray(value);
}

/** A value as it is written at a place. */
export function sourced(
  value: JsonValue | undefined,
  place: NumberPlace,
  means: NumberMeans,
  doubt?: string | undefined,
): Sourced {
  if (value === undefined) return null;
  if (typeof value === 'number') return new SourcedNumber(value, place, means, { doubt });
  const at = (step: DocumentPath[number]): NumberPlace => ({ ...place, path: [...place.path, step] });
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    return items.map((item, index) => sourced(item, at(listStep(items, item, index)), means, doubt));
  }
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, sourced(member, at(key), means, doubt)]),
    );
  }
  return value as string | boolean | null;
}

/** An item is addressed by its name where that tells it from all others, and by its position where it does not. */
function listStep(items: readonly JsonValue[], item: JsonValue, index: number): DocumentPath[number] {
  const name = nameOf(item);
  return name !== undefined && items.filter((other) => nameOf(other) === name).length === 1 ? { name } : String(index);
}

function nameOf(item: JsonValue): string | undefined {
  return isObject(item) && typeof item.name === 'string' ? item.name : undefined;
}

/** The value without the places. */
export function plain(value: Sourced | undefined): JsonValue {
  if (value === undefined) return null;
  if (value instanceof SourcedNumber) return value.value;
  if (isSourcedList(value)) return value.map(plain);
  if (isSourcedMap(value))
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
  return value;
}

export function plainMap(value: SourcedMap): JsonObject {
  return plain(value) as JsonObject;
}

export function sourcedMember(value: Sourced | undefined, key: string): Sourced | undefined {
  return isSourcedMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The value at a path; list items are found by their name, or by position. */
export function sourcedAt(value: Sourced | undefined, path: DocumentPath): Sourced | undefined {
  return path.reduce<Sourced | undefined>((current, step) => {
    if (typeof step === 'string') {
      return isSourcedList(current) ? current[Number(step)] : sourcedMember(current, step);
    }
    return isSourcedList(current) ? current.find((item) => sourcedMember(item, 'name') === step.name) : undefined;
  }, value);
}

/** Every number in a value, with the path where it stands there. */
export function numbersIn(value: Sourced | undefined, path: DocumentPath = []): readonly FoundNumber[] {
  if (value instanceof SourcedNumber) return [{ number: value, path }];
  if (isSourcedList(value)) {
    return value.flatMap((item, index) => {
      const name = sourcedMember(item, 'name');
      return numbersIn(item, [...path, typeof name === 'string' ? { name } : String(index)]);
    });
  }
  if (isSourcedMap(value)) return Object.entries(value).flatMap(([key, member]) => numbersIn(member, [...path, key]));
  return [];
}

export interface FoundNumber {
  readonly number: SourcedNumber;
  readonly path: DocumentPath;
}
