import type { Backend, DynamoApiVersion, OperatorVersion, Sla } from '../../api/index.ts';
import type { IModelCache } from '../model-cache.ts';
import type { DeclaredService } from './service.ts';

/** A graph as its author declared it, with every default filled in. */
export interface DeclaredGraph {
  readonly app: string;
  readonly environment: string;
  readonly name: string;
  readonly apiVersion: DynamoApiVersion;
  readonly operatorVersion: OperatorVersion;
  readonly backend: Backend;
  readonly model: string;
  readonly servedModelName: string;
  readonly image: string;
  readonly environmentSecret: string | undefined;
  readonly sla: Sla | undefined;
  readonly modelCache: IModelCache | undefined;
  readonly services: readonly DeclaredService[];
}
