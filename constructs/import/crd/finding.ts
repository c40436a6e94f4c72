/** What a schema has against a value. A warning is what the API server puts right by itself. */
export interface SchemaFinding {
  readonly severity: 'error' | 'warning';
  /** `spec.services.decode.resources.limits.gpu`. */
  readonly path: string;
  readonly message: string;
}

export function error(path: string, message: string): SchemaFinding {
  return { severity: 'error', path, message };
}

export function warning(path: string, message: string): SchemaFinding {
  return { severity: 'warning', path, message };
}

export function below(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  const isPlain = /^[A-Za-z_][\w-]*$/.test(step);
  if (!isPlain) return `${path}[${JSON.stringify(step)}]`;
  return path === '' ? step : `${path}.${step}`;
}
