import type { GraphView, ServiceView } from '../../api/index.ts';
import type { EngineProfile } from './engine-profile.ts';

/** What the graph runs, as far as its manifest says. */
export interface RunningEngine {
  readonly modelName: string;
  readonly view: GraphView;
  readonly workers: readonly ServiceView[];
}

/**
 * Why a profile does not speak for a graph, or undefined where nothing contradicts it. A profile that names no engine, as
 * Dynamo's raw files do, and what the manifest leaves open, contradict nothing.
 */
export function profileMismatch(
  { engine }: EngineProfile,
  file: string,
  { modelName, view, workers }: RunningEngine,
): string | undefined {
  if (engine === undefined) return undefined;
  if (engine.model.toLowerCase() !== modelName.toLowerCase()) {
    return `profile ${file} was measured with the model "${engine.model}", and the graph serves "${modelName}"`;
  }
  if (view.backend !== undefined && engine.backend.toLowerCase() !== view.backend) {
    return `profile ${file} was measured with ${engine.backend}, and the graph runs ${view.backend}`;
  }
  const other = workers.flatMap(({ name, gpusPerReplica }) =>
    gpusPerReplica.kind === 'known' && gpusPerReplica.count !== engine.tensorParallel
      ? [`${name} has ${gpusPerReplica.count}`]
      : [],
  );
  if (other.length === 0) return undefined;
  return `profile ${file} was measured with tensor parallelism ${engine.tensorParallel}, so with that many GPUs per replica, and ${other.join(' and ')}`;
}

/** What a capacity was read from: the file, and the engine that it names. */
export function profileWords({ engine }: EngineProfile, file: string): string {
  if (engine === undefined) return `profile ${file}, which names no model,`;
  const { model, backend, gpu, tensorParallel } = engine;
  return `profile ${file} (${model} on ${gpu}, ${backend}, tensor parallelism ${tensorParallel})`;
}
