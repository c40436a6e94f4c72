import type { EnvSource, EnvVar } from '../../../api/index.ts';
import { anObject, either, listOf, mapOf, type Properties, text } from '../../props/index.ts';
import type { PodOptions } from '../fields/pod.ts';

export const ENVIRONMENT = either(listOf(anObject<EnvVar>()), mapOf(either(text, anObject<EnvSource>())));

export const POD: Properties<PodOptions> = {
  image: text,
  command: listOf(text),
  args: listOf(text),
  env: ENVIRONMENT,
  envFromSecret: text,
  labels: mapOf(text),
  annotations: mapOf(text),
  livenessProbe: anObject(),
  readinessProbe: anObject(),
  startupProbe: anObject(),
  container: anObject(),
  podTemplate: anObject(),
};
