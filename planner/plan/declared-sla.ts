import { CONFIG_FILE, fail, type Problem, type Result, type Sla, succeed } from '../../api/index.ts';

/** The SLA that the author of a graph declared, which the config may tighten and never widen. */
export function declaredSla(
  author: Sla | undefined,
  config: Sla | undefined,
  graph: string,
  configPath: string,
): Result<Sla> {
  if (config === undefined) {
    if (author !== undefined) return succeed(author);
    const message = `no SLA is declared for "${graph}"`;
    const hint = 'set sla: { ttftMs, itlMs } here, or in the code of the deployment';
    return fail({ code: 'schema', file: CONFIG_FILE, path: configPath, message, hint });
  }
  if (author === undefined) return succeed(config);
  const widened = (['ttftMs', 'itlMs'] as const).filter((field) => config[field] > author[field]);
  if (widened.length === 0) return succeed(config);
  return fail(
    ...widened.map((field): Problem => {
      const message = `${field} is ${config[field]}, and "${graph}" is declared with ${author[field]}: config may tighten an SLA, not widen it`;
      return { code: 'refused', file: CONFIG_FILE, path: `${configPath}.sla.${field}`, message };
    }),
  );
}
