/** A record without the entries that are undefined, so that optional fields read as plainly as the others. */
export function compact<T extends object>(fields: T): Compact<T> {
  const kept: { [key: string]: unknown } = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) kept[key] = value;
  }
  return kept as Compact<T>;
}

/** Fields that may be undefined become optional, without `undefined`. */
export type Compact<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The record, or undefined for one that says nothing. */
export function unlessEmpty<T extends object>(fields: T): T | undefined {
  for (const _ in fields) return fields;
  return undefined;
}

/** The list, or undefined for one that says nothing. */
export function unlessNone<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length > 0 ? items : undefined;
}
