import { type App, Environment, Gpu, GraphDeployment } from 'dynamo-gitops/constructs';

/** Aggregated workers behind a router that knows their caches: LoRA adapters, and a key-value cache that spills to memory. */
export function aggregated(app: App): void {
  const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
  const graph = new GraphDeployment(prod, 'lora', {
    backend: 'vllm',
    model: 'Qwen/Qwen3-0.6B',
    image: 'registry.example/vllm-runtime:1.4.0',
    env: { DYN_LOG: 'info', HF_TOKEN: { secretKeyRef: { name: 'hf-token-secret', key: 'HF_TOKEN' } } },
  });
  graph.addFrontend({
    args: ['--router-mode', 'kv'],
    command: ['python3', '-m', 'dynamo.frontend'],
    requests: { cpu: '2', memory: '4Gi' },
  });
  graph.addWorker({
    gpus: Gpu.count(1),
    replicas: 2,
    args: ['--enable-lora', '--max-lora-rank', '64'],
    requests: { cpu: '8', memory: '64Gi', gpus: Gpu.count(1) },
    limits: { memory: '96Gi' },
    sharedMemory: '16Gi',
    env: { DYN_LORA_ENABLED: 'true', DYN_KVBM_CPU_CACHE_GB: '32' },
    envFromSecret: 's3-credentials',
    labels: { team: 'assist' },
    annotations: { 'example.com/owner': 'assist' },
    modelRef: { name: 'Qwen/Qwen3-0.6B' },
    volumeMounts: [{ claim: 'lora-adapters', mountPath: '/loras' }],
    compilationCache: { claim: 'vllm-kernels' },
    readinessProbe: { httpGet: { path: '/health', port: 9090 }, periodSeconds: 10, failureThreshold: 60 },
    startupProbe: { httpGet: { path: '/live', port: 9090 }, periodSeconds: 10, failureThreshold: 720 },
    container: { workingDir: '/workspace', securityContext: { capabilities: { add: ['IPC_LOCK'] } } },
    nodeSelector: { 'nvidia.com/gpu.product': 'NVIDIA-H100-80GB-HBM3' },
  });
}
