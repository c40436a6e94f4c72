import { type App, Environment, Gpu, GraphDeployment } from 'dynamo-gitops/constructs';

/** An encoder of images beside the workers, Dynamo's planner, an endpoint picker, and what no option says. */
export function plannerEppMultimodal(app: App): void {
  const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
  const graph = new GraphDeployment(prod, 'vision', {
    backend: 'vllm',
    model: 'Qwen/Qwen3-VL-30B',
    image: 'registry.example/vllm-runtime:1.4.0',
  });
  graph.addFrontend();
  graph.addWorker({ gpus: Gpu.count(2), replicas: 1, args: ['--enable-multimodal'] });
  graph.addService({
    name: 'encode',
    type: 'worker',
    replicas: 'unset',
    gpus: Gpu.count(1),
    command: ['python3', '-m', 'dynamo.vllm'],
    args: ['--multimodal-encode-worker', '--model', 'Qwen/Qwen3-VL-30B'],
  });
  graph.addPlanner({
    command: ['python3', '-m', 'dynamo.planner'],
    args: ['--environment', 'kubernetes'],
    frontendSidecar: { image: 'registry.example/frontend:1.4.0', env: [{ name: 'DYN_LOG', value: 'info' }] },
  });
  graph.addEpp({
    image: 'registry.example/epp:1.4.0',
    eppConfig: {
      config: {
        plugins: [{ type: 'kv-aware-scorer', parameters: { weight: 2 } }],
        schedulingProfiles: [{ name: 'default', plugins: [{ pluginRef: 'kv-aware-scorer', weight: 1 }] }],
      },
    },
  });
  graph.mergePatch({ metadata: { labels: { 'example.com/tier': 'gold' } } });
}
