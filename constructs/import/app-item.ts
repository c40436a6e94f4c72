import type { FoundCompanion } from './beside/find-companions.ts';
import type { ImportedGraph } from './import-graph.ts';
import type { ImportedObject } from './import-object.ts';
import type { Place } from './placement.ts';

/** One object of the manifest as the app says it, and where it stands. */
export type AppItem = Place &
  (
    | { readonly kind: 'graph'; readonly graph: ImportedGraph; readonly hasPins: boolean }
    | { readonly kind: 'object'; readonly object: ImportedObject }
    | ({ readonly kind: 'companion'; readonly hasPins: boolean } & FoundCompanion)
  );
