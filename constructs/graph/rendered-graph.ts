import type { Backend, JsonObject } from '../../api/index.ts';
import type { DeclaredRole } from './service.ts';

/** A graph with every decision made, for either API version to write down. */
export interface RenderedGraph {
  readonly metadata: JsonObject;
  readonly backend: Backend;
  readonly cache: { readonly claimName: string; readonly mountPath: string } | undefined;
  /** Secret whose keys become environment variables of every service. */
  readonly environmentSecret: string | undefined;
  readonly services: readonly RenderedService[];
}

export interface RenderedService {
  readonly name: string;
  readonly role: DeclaredRole;
  /** Undefined where the scaling adapter is on. */
  readonly replicas: number | undefined;
  readonly image: string;
  readonly gpusPerPod: number | undefined;
  /** Undefined where the operator's default command is meant. */
  readonly engine: { readonly command: readonly string[]; readonly args: readonly string[] } | undefined;
  readonly mountsCache: boolean;
}

/** Environment variable that Hugging Face's libraries find downloaded models by. */
export const MODEL_HOME = 'HF_HOME';
