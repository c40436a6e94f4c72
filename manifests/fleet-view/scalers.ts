import { type Scaler, scalerOf } from '../../api/index.ts';
import type { ManifestDocument } from '../read/manifest.ts';
import type { DocumentLocation } from './fleet.ts';

export interface LocatedScaler {
  readonly scaler: Scaler;
  readonly location: DocumentLocation;
}

export function locateScalers(documents: readonly ManifestDocument[]): readonly LocatedScaler[] {
  return documents.flatMap(({ file, index, value }) => {
    const scaler = scalerOf(value);
    return scaler === undefined ? [] : [{ scaler, location: { file, document: index } }];
  });
}

/**
 * The scalers that may drive a graph. Where the same graph stands several times, as one folder an environment makes it, a
 * scaler belongs to those that share the most folders with it: nothing in the scaler itself names an environment.
 */
export function scalersFor(
  graphFile: string,
  twinFiles: readonly string[],
  scalers: readonly LocatedScaler[],
): readonly LocatedScaler[] {
  return scalers.filter(({ location }) => {
    const own = sharedFolders(graphFile, location.file);
    return twinFiles.every((twin) => sharedFolders(twin, location.file) <= own);
  });
}

function sharedFolders(first: string, second: string): number {
  const [folders, others] = [first, second].map((file) => file.split('/').slice(0, -1)) as [string[], string[]];
  const differs = folders.findIndex((folder, index) => folder !== others[index]);
  return differs < 0 ? folders.length : differs;
}
