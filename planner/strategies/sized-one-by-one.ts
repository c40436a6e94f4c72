import { CONFIG_FILE, fail, type Problem, type Result, succeed } from '../../api/index.ts';
import type { HeldService, SizedGraph, SizedService, SizeService, StrategyContext } from './strategy.ts';

/**
 * Sizes each service that a setting names, and leaves the others alone. One that is held holds only itself.
 * @param field path of the map below the deployment, for messages: `strategy.replicas`
 * @returns a problem for each name that the graph does not have
 */
export function sizedOneByOne<Settings>(
  settings: ReadonlyMap<string, Settings>,
  field: string,
  context: StrategyContext,
  size: SizeService<Settings>,
): Result<SizedGraph> {
  const { view, configPath } = context;
  const problems: Problem[] = [];
  const services: SizedService[] = [];
  const held: HeldService[] = [];
  for (const [name, own] of settings) {
    const service = view.services.find((one) => one.name === name);
    if (service === undefined) {
      const message = `${context.graph.name} has no service "${name}"`;
      const hint = `it has ${view.services.map((one) => `"${one.name}"`).join(', ')}`;
      problems.push({ code: 'not-found', file: CONFIG_FILE, path: `${configPath}.${field}.${name}`, message, hint });
      continue;
    }
    const sized = size(own, service, context);
    if (sized.kind === 'sized') services.push(sized);
    else held.push({ ...sized, service: name });
  }
  return problems.length > 0 ? fail(...problems) : succeed({ kind: 'sized', services, held });
}
