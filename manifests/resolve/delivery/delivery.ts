import type { Kustomization } from '../kustomize/kustomization.ts';
import type { NumberPlace, Sourced, SourcedNumber } from '../sourced.ts';

/** An object in the repository that says how a folder of it reaches a cluster. */
export interface Delivery {
  /** `Application "chat-prod"` */
  readonly name: string;
  readonly file: string;
  /** Position of its document in the file, from 0. */
  readonly document: number;
  /** Folder that it builds; undefined where that is in no repository, such as a chart of a registry. */
  readonly folder: string | undefined;
  /** Namespace of objects that have none. */
  readonly namespace: string | undefined;
  /** What it adds to the folder's kustomization. */
  readonly kustomize: KustomizeLayer | undefined;
  readonly helm: HelmSettings;
  readonly obstacles: readonly string[];
}

export type KustomizeLayer = Pick<
  Kustomization,
  'patches' | 'namespace' | 'namePrefix' | 'nameSuffix' | 'labels' | 'annotations' | 'replicas' | 'components'
>;

/** What a release of a chart is made with, the weakest first. */
export interface HelmSettings {
  readonly release: string;
  readonly valueFiles: readonly ValueFile[];
  readonly values: readonly Sourced[];
  readonly parameters: readonly HelmParameter[];
}

export interface ValueFile {
  /** From the repository's root. */
  readonly path: string;
  readonly isOptional: boolean;
}

export interface HelmParameter {
  /** `decode.replicas` */
  readonly name: string;
  readonly value: string | SourcedNumber;
  readonly place: NumberPlace;
}
