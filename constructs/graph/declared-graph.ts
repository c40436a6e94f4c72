import type { Backend, DynamoApiVersion, OperatorVersion, Sla } from '../../api/index.ts';
import type { IModelCache } from '../model-cache/index.ts';
import type { GraphOptions } from './fields/graph.ts';
import type { DeclaredService } from './service.ts';

/** A graph as its author declared it, with every default filled in. */
export interface DeclaredGraph {
  readonly app: string;
  readonly environment: string;
  readonly name: string;
  readonly apiVersion: DynamoApiVersion;
  readonly operatorVersion: OperatorVersion;
  readonly backend: Backend | undefined;
  readonly model: string | undefined;
  readonly servedModelName: string | undefined;
  readonly image: string | undefined;
  readonly environmentSecret: string | undefined;
  readonly sla: Sla | undefined;
  readonly hasPolicy: boolean;
  /** Whether the annotation `nvidia.com/enable-grove` turns Grove off; asked only where it matters, since it takes time. */
  readonly isOffGrove: () => boolean;
  readonly modelCache: IModelCache | undefined;
  readonly options: GraphOptions;
  readonly services: readonly DeclaredService[];
}
