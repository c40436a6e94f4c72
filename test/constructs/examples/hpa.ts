/** A frontend that Kubernetes' own autoscaler sizes by CPU, and workers by the time to first token. */
import { App, Environment, Gpu, GraphDeployment, Hpa, ScaleOn } from 'dynamo-gitops/constructs';

const app = new App({ module: import.meta.url });
const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });

const graph = new GraphDeployment(prod, 'chat-hpa', {
  backend: 'vllm',
  model: 'Qwen/Qwen3-32B',
  image: 'nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.3.1',
});
const frontend = graph.addFrontend({ scalingAdapter: true, requests: { cpu: '4' } });
const worker = graph.addWorker({ gpus: Gpu.count(4), scalingAdapter: true });

new Hpa(prod, 'frontend', {
  target: frontend,
  bounds: { min: 2, max: 10 },
  scaleOn: [ScaleOn.cpu({ utilizationPercent: 70 })],
});
new Hpa(prod, 'worker', {
  target: worker,
  bounds: { min: 2, max: 6 },
  scaleOn: [ScaleOn.ttft({ targetMs: 500 }), ScaleOn.pendingRequests({ total: 40 })],
  scaleDown: { stabilizationSeconds: 300, policies: [{ pods: 1, periodSeconds: 60 }] },
});

app.synth();
