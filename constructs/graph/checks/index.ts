import type { DeclaredGraph } from '../declared-graph.ts';
import { checkEpp } from './epp.ts';
import { checkExperimental } from './experimental.ts';
import type { Finding } from './finding.ts';
import { checkGraphFields } from './graph.ts';
import { checkImages } from './images.ts';
import { checkNames } from './names.ts';
import { checkReplicas } from './replicas.ts';
import { checkResources } from './resources.ts';
import { checkRoles } from './roles.ts';
import { checkStorage } from './storage.ts';
import { checkTopology } from './topology.ts';
import { checkVersions } from './versions.ts';

export type { Finding } from './finding.ts';

const CHECKS = [
  checkGraphFields,
  checkImages,
  checkRoles,
  checkNames,
  checkReplicas,
  checkResources,
  checkStorage,
  checkEpp,
  checkTopology,
  checkExperimental,
  checkVersions,
];

/** Everything that is known to be wrong with a graph from its declaration alone (dynamo operator 0.9 to 1.5). */
export function checkGraph(graph: DeclaredGraph): readonly Finding[] {
  return CHECKS.flatMap((check) => check(graph));
}
