import { Gpu, type GraphDeployment } from 'dynamo-gitops/constructs';

/** Compiled, and never run: each line that follows an expectation would be refused by the compiler. */
export function mistakes(graph: GraphDeployment): void {
  const gpus = Gpu.count(1);
  // @ts-expect-error min above max
  graph.addWorker({ gpus, replicas: { min: 10, max: 9 } });
  // @ts-expect-error replicas beside the adapter
  graph.addWorker({ gpus, scalingAdapter: true, replicas: 2 });
  // @ts-expect-error neither replicas nor the adapter
  graph.addWorker({ gpus });
  // @ts-expect-error a fraction of a GPU
  graph.addWorker({ gpus: Gpu.count(0.5), replicas: 1 });
  // @ts-expect-error a misspelt option
  graph.addWorker({ gpus, replicas: 1, sharedMemmory: '1Gi' });
  const configMapRef = { name: 'c', key: 'k' };
  const config = { plugins: [], schedulingProfiles: [] };
  // @ts-expect-error two sources of one configuration
  graph.addEpp({ eppConfig: { configMapRef, config } });
  // @ts-expect-error two probes in one
  graph.addFrontend({ livenessProbe: { tcpSocket: { port: 1 }, httpGet: { port: 1 }, exec: 1 } });
  // @ts-expect-error a variable has a value or a source
  graph.addFrontend({ env: [{ name: 'A', value: '1', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] });
  // @ts-expect-error a mount of nothing
  graph.addFrontend({ volumeMounts: [{ mountPath: '/models' }] });
  // @ts-expect-error an operator that tolerations do not have
  graph.addFrontend({ tolerations: [{ key: 'gpu', operator: 'In' }] });
  // @ts-expect-error a resource claim that exists and is made
  graph.addFrontend({ resourceClaims: [{ name: 'a', resourceClaimName: 'b', resourceClaimTemplateName: 'c' }] });
  // @ts-expect-error a container without a name
  graph.addFrontend({ sidecars: [{ image: 'registry.example/proxy:1.0.0' }] });
  // @ts-expect-error a misspelt term of affinity
  graph.addFrontend({ affinity: { nodeAffinity: { requiredDuringScheduling: { nodeSelectorTerms: [] } } } });
  graph.addWorker({ gpus, replicas: { min: 9, max: 10 } });
  graph.addWorker({ gpus, replicas: { min: 2, max: 2 } });
}
