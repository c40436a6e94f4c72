import { acceptedAndThenCases } from './accepted-and-then.ts';
import { adapterCases } from './adapters.ts';
import { annotationCases } from './annotations.ts';
import { argoCdCases } from './argocd.ts';
import { autoscalerCases } from './autoscalers.ts';
import type { RuleCase } from './case.ts';
import { checkpointCases } from './checkpoints.ts';
import { claimCases } from './claims.ts';
import type { FleetCase } from './fleet-case.ts';
import { fluxCases } from './flux.ts';
import { gitopsCases } from './gitops.ts';
import { gpuMemoryCases } from './gpu-memory.ts';
import { imageCases } from './images.ts';
import { kustomizeCases } from './kustomize.ts';
import { modelCases } from './models.ts';
import { networkingCases } from './networking.ts';
import { powerCases } from './power.ts';
import { providerOverrideCases } from './provider-overrides.ts';
import { replicaCases } from './replicas.ts';
import { requestCases } from './requests.ts';
import { restartCases } from './restart.ts';
import { scaledByCases } from './scaled-by.ts';
import { schemaCases } from './schema.ts';
import { secretCases } from './secrets.ts';
import { serviceCases } from './services.ts';
import { storageCases } from './storage.ts';
import { topologyCases } from './topology.ts';

/** The tables of every rule family. */
export const RULE_CASES: readonly RuleCase[] = [
  ...[...schemaCases, ...serviceCases, ...replicaCases, ...restartCases, ...imageCases, ...storageCases],
  ...[...networkingCases, ...annotationCases, ...gpuMemoryCases, ...checkpointCases, ...powerCases, ...topologyCases],
  ...[...providerOverrideCases, ...modelCases, ...requestCases, ...acceptedAndThenCases, ...gitopsCases],
  ...[...secretCases, ...autoscalerCases],
];

/** The tables of the families about objects beside each other. */
export const FLEET_CASES: readonly FleetCase[] = [
  ...[...scaledByCases, ...adapterCases, ...claimCases, ...argoCdCases, ...fluxCases, ...kustomizeCases],
];
