/** Something wrong with a value, or with a part of it. */
export interface Mistake {
  /** Where, below the value: `.sla.ttft` or `.args[1]`; empty for the value itself. */
  readonly path: string;
  /** Goes on from the path: `is 2; it must be text`. */
  readonly message: string;
}

/** Step to a property. */
export function property(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

/** Mistakes of a part as those of the whole. */
export function below(step: string, mistakes: readonly Mistake[]): readonly Mistake[] {
  return mistakes.map(({ path, message }) => ({ path: `${step}${path}`, message }));
}

/** `sla.ttftMs is missing; …` */
export function sentence({ path, message }: Mistake): string {
  return path === '' ? message : `${path.startsWith('.') ? path.slice(1) : path} ${message}`;
}
