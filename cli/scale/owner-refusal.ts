import type { Problem, Scaler } from '../../api/index.ts';
import type { ManifestFile } from '../../manifests/index.ts';
import type { FoundService } from './find-service.ts';

/** Why the graph's own count may not be edited, and what may; undefined where it may. */
export function ownerRefusal(
  { graph, service }: FoundService,
  files: ReadonlyMap<string, ManifestFile>,
): Problem | undefined {
  const owner = graph.owners.get(service.name);
  const name = `${graph.view.name}/${service.name}`;
  const refuse = (message: string, hint?: string): Problem => ({
    code: 'refused',
    file: graph.file,
    line: graph.line,
    message: `${name}: ${message}`,
    ...(hint === undefined ? {} : { hint }),
  });
  switch (owner?.kind) {
    case 'graph':
      return undefined;
    case 'autoscaler':
    case 'adapter': {
      const location = graph.scalerLocations.get(service.name);
      const line = location && files.get(location.file)?.spans[location.document]?.line;
      const where = location === undefined ? '' : ` in ${location.file}${line === undefined ? '' : `:${line}`}`;
      const { kind, name: scaler } = owner.scaler;
      return refuse(ADAPTER_IS_ON, `edit ${KINDS[kind]} "${scaler}"${where} instead`);
    }
    case 'nobody':
      return refuse(`replicas cannot be edited here: ${owner.reason}`);
    case undefined:
      return refuse('nothing says who owns its replicas');
  }
}

const ADAPTER_IS_ON = 'scaling adapter is on, so replicas cannot be edited here';

const KINDS: { readonly [kind in Scaler['kind']]: string } = {
  hpa: 'HorizontalPodAutoscaler',
  keda: 'ScaledObject',
  adapter: 'DynamoGraphDeploymentScalingAdapter',
};
