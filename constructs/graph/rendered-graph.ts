import type { Backend, EnvVar, EppConfig, JsonObject, MountDetails } from '../../api/index.ts';
import type { GraphOptions } from './fields/graph.ts';
import type { ServiceOptions } from './service.ts';

/** A graph with every decision made, for either API version to write down. */
export interface RenderedGraph {
  readonly metadata: JsonObject;
  readonly backend: Backend | undefined;
  /** Claim of the model cache; undefined without one. */
  readonly cacheClaim: string | undefined;
  readonly env: readonly EnvVar[];
  readonly options: GraphOptions;
  readonly services: readonly RenderedService[];
}

export interface RenderedService {
  readonly name: string;
  readonly type: string | undefined;
  readonly subType: string | undefined;
  /** Undefined where the scaling adapter is on, or no count is to be written. */
  readonly replicas: number | undefined;
  readonly isScaledByAdapter: boolean;
  readonly image: string | undefined;
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[] | undefined;
  readonly env: readonly EnvVar[];
  readonly envFromSecret: string | undefined;
  readonly mounts: readonly RenderedMount[];
  readonly eppConfig: EppConfig | undefined;
  /** What either version writes as it was declared. */
  readonly options: ServiceOptions;
}

export interface RenderedMount {
  /** Undefined for one of the pod's own volumes. */
  readonly claim: string | undefined;
  readonly mountPath: string;
  /** Name of the volume inside the pod, where a version gives it one: a claim's own name may be longer than that can be. */
  readonly volume: string;
  readonly details: MountDetails;
  /** Whether v1alpha1 has a field for it, from which the operator makes volume and mount. */
  readonly isOperators: boolean;
}

/** Environment variable that Hugging Face's libraries find downloaded models by. */
export const MODEL_HOME = 'HF_HOME';
