import { type App, Environment, Gpu, GraphDeployment, ModelCache } from 'dynamo-gitops/constructs';

/** Prefill and decode scaled apart, decode over two nodes: RDMA, devices by claim, racks, and shadows that take over. */
export function multinode(app: App): void {
  const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
  const graph = new GraphDeployment(prod, 'deepseek', {
    backend: 'sglang',
    model: 'deepseek-ai/DeepSeek-R1',
    image: 'registry.example/sglang-runtime:nightly',
    modelCache: ModelCache.fromClaimName('shared.models', { mountPath: '/opt/models' }),
    priorityClassName: 'serving',
    labels: { 'cost-center': 'inference' },
    annotations: { 'example.com/contact': 'inference' },
    topologyConstraint: { topology: 'gb200', packDomain: 'zone' },
    kvTransferPolicy: { clusterTopologyName: 'gb200', domain: 'rack', enforcement: 'preferred', preferredWeight: 0.5 },
  });
  graph.addFrontend({ runtimeVersionOverride: '1.4.0', globalDynamoNamespace: true });
  graph.addPrefill({
    gpus: Gpu.count(8),
    replicas: { min: 2, max: 4 },
    runtimeVersionOverride: '1.4.0',
    minAvailable: 2,
    limits: { extra: { 'rdma/ib': '8' } },
    topologyConstraint: { packDomain: 'rack' },
    gpuMemoryService: { mode: 'intraPod', extraClientContainers: ['loader'] },
    failover: { numShadows: 1 },
    checkpoint: {
      enabled: true,
      mode: 'Manual',
      checkpointRef: 'deepseek-prefill',
      startupPolicy: 'WaitForCheckpoint',
    },
    sidecars: [{ name: 'loader', image: 'registry.example/loader:1.0.0' }],
  });
  graph.addDecode({
    gpus: Gpu.count(4),
    gpuType: 'nvidia.com/mig-7g.80gb',
    nodes: 2,
    scalingAdapter: true,
    runtimeVersionOverride: '1.4.0',
    sharedMemory: 'disabled',
    claims: [{ name: 'imex', request: 'channel' }],
    resourceClaims: [{ name: 'imex', resourceClaimTemplateName: 'imex-channel' }],
    podMetadata: { annotations: { 'example.com/network': 'rdma' } },
  });
}
