import type { GraphView, ServiceView } from '../../api/index.ts';
import type { PrefillMeasurements, ProfiledEngine } from './engine-profile.ts';
import type { NamedProfile } from './role-profiles.ts';

/** What the graph runs, as far as its manifest says. */
export interface RunningEngine {
  readonly modelName: string;
  readonly view: GraphView;
  /** The services that each half of the profile has to speak for; the same one where it does both. */
  readonly prefill: ServiceView;
  readonly decode: ServiceView;
}

/**
 * Why a profile does not speak for a graph, or undefined where nothing contradicts it. A profile that names no engine, as
 * Dynamo's raw files do, and what the manifest leaves open, contradict nothing.
 */
export function profileMismatch({ profile, files }: NamedProfile, running: RunningEngine): string | undefined {
  const { modelName, view } = running;
  const roles = ['prefill', 'decode'] as const;
  for (const role of roles) {
    const { engine } = profile[role];
    const file = files[role];
    if (engine === undefined) continue;
    if (engine.model.toLowerCase() !== modelName.toLowerCase()) {
      return `profile ${file} was measured with the model "${engine.model}", and the graph serves "${modelName}"`;
    }
    if (view.backend !== undefined && engine.backend.toLowerCase() !== view.backend) {
      return `profile ${file} was measured with ${engine.backend}, and the graph runs ${view.backend}`;
    }
  }
  const wrong = roles.flatMap((role) => {
    const { engine } = profile[role];
    const { name, gpusPerReplica } = running[role];
    if (engine === undefined || gpusPerReplica.kind === 'unknown') return [];
    const { tensorParallel } = engine;
    return gpusPerReplica.count === tensorParallel
      ? []
      : [{ file: files[role], tensorParallel, has: `${name} has ${gpusPerReplica.count}` }];
  });
  const [first] = wrong;
  if (first === undefined) return undefined;
  const alike = wrong.filter(
    ({ file, tensorParallel }) => file === first.file && tensorParallel === first.tensorParallel,
  );
  const each = [...new Set(alike.map(({ has }) => has))].join(' and ');
  return `profile ${first.file} was measured with tensor parallelism ${first.tensorParallel}, so with that many GPUs per replica, and ${each}`;
}

/** What one half of a capacity was read from: the file, and the engine that it names. */
export function profileWords({ engine }: Pick<PrefillMeasurements, 'engine'>, file: string): string {
  if (engine === undefined) return `profile ${file}, which names no model,`;
  return `profile ${file} (${engineWords(engine)})`;
}

/** An engine in a few words: model, GPU, backend and parallelism. */
export function engineWords({ model, backend, gpu, tensorParallel }: ProfiledEngine): string {
  return `${model} on ${gpu}, ${backend}, tensor parallelism ${tensorParallel}`;
}
