import type { OtherRule, Rule } from '../rule.ts';
import { annotationRules } from './annotations.ts';
import { autoscalerRules } from './autoscalers.ts';
import { checkpointRules } from './checkpoints.ts';
import { deprecationRules } from './deprecated.ts';
import { generatedRules, gitopsRules } from './gitops.ts';
import { gpuMemoryRules } from './gpu-memory.ts';
import { imageRules } from './images.ts';
import { modelRules } from './models.ts';
import { networkingRules } from './networking.ts';
import { powerRules } from './power.ts';
import { providerOverrideRules } from './provider-overrides.ts';
import { reconcileRules } from './reconcile.ts';
import { replicaRules } from './replicas.ts';
import { requestRules } from './requests.ts';
import { restartRules } from './restart.ts';
import { schemaRules } from './schema.ts';
import { plainSecretRules, secretRules } from './secrets.ts';
import { serviceRules } from './services.ts';
import { storageRules } from './storage.ts';
import { topologyRules } from './topology.ts';

/** Rule families by the heading that the catalogue gives them. */
export const RULE_FAMILIES: readonly { readonly title: string; readonly rules: readonly Rule[] }[] = [
  { title: 'Schema', rules: schemaRules },
  { title: 'Services', rules: serviceRules },
  { title: 'Replicas', rules: replicaRules },
  { title: 'Restart', rules: restartRules },
  { title: 'Images', rules: imageRules },
  { title: 'Storage', rules: storageRules },
  { title: 'Networking and endpoint picker', rules: networkingRules },
  { title: 'Annotations', rules: annotationRules },
  { title: 'GPU memory service, failover and Grove', rules: gpuMemoryRules },
  { title: 'Checkpoints', rules: checkpointRules },
  { title: 'Power', rules: powerRules },
  { title: 'Topology', rules: topologyRules },
  { title: 'Provider overrides', rules: providerOverrideRules },
  { title: 'Models', rules: modelRules },
  { title: 'Deployment requests', rules: requestRules },
  { title: 'Deprecated and ignored', rules: deprecationRules },
  { title: 'Accepted, and then', rules: reconcileRules },
  { title: 'GitOps', rules: [...gitopsRules, ...plainSecretRules] },
];

export const RULES: readonly Rule[] = RULE_FAMILIES.flatMap(({ rules }) => rules);

/** Rules about single objects that are none of Dynamo's own. */
export const otherRules: readonly OtherRule[] = [...autoscalerRules, ...secretRules, ...generatedRules];
