import { OPERATOR_VERSIONS } from '../../api/index.ts';
import { CLUSTER } from '../delivery/props.ts';
import { anObject, flag, oneOf, required, shape, text } from '../props/index.ts';
import type { PlatformProps } from './platform.ts';

const COMPONENT = oneOf('bundled', 'existing', 'none');

export const PLATFORM = shape<PlatformProps>('an object', {
  deliveredBy: required(oneOf('argocd', 'flux')),
  project: text,
  cluster: CLUSTER,
  operatorVersion: oneOf(...OPERATOR_VERSIONS),
  chartVersion: text,
  crdChartVersion: text,
  namespace: text,
  grove: COMPONENT,
  kaiScheduler: COMPONENT,
  podMonitors: flag,
  upgradeCrds: flag,
  values: anObject(),
});
