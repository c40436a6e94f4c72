/**
 * Prefill and decode, each scaled by KEDA on the latency that it bounds. Floor and ceiling stand in pins/prod/chat-keda.yaml,
 * within the limits below, where the planner moves them; the autoscaler is the fast loop between them.
 */
import { App, Environment, Gpu, GraphDeployment, Keda, ScaleOn } from 'dynamo-gitops/constructs';

const app = new App({ module: import.meta.url });
const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });

const graph = new GraphDeployment(prod, 'chat-keda', {
  backend: 'vllm',
  model: 'Qwen/Qwen3-32B',
  image: 'nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.3.1',
});
graph.addFrontend();
const prefill = graph.addPrefill({ gpus: Gpu.count(2), scalingAdapter: true });
const decode = graph.addDecode({ gpus: Gpu.count(4), scalingAdapter: true });

new Keda(prod, 'prefill', {
  target: prefill,
  limits: { min: 1, max: 6 },
  scaleOn: [ScaleOn.ttft({ targetMs: 500 }), ScaleOn.pendingRequests({ perReplica: 10 })],
  pollingSeconds: 15,
  scaleUp: { policies: [{ pods: 2, periodSeconds: 30 }] },
  scaleDown: { stabilizationSeconds: 600, policies: [{ pods: 1, periodSeconds: 120 }] },
  fallback: { replicas: 3 },
});
new Keda(prod, 'decode', {
  target: decode,
  limits: { min: 1, max: 8 },
  scaleOn: [
    ScaleOn.itl({ targetMs: 25 }),
    ScaleOn.kvUsage({ targetPercent: 80 }),
    ScaleOn.cron({ timezone: 'Europe/Berlin', start: '30 7 * * 1-5', end: '0 19 * * 1-5', desiredReplicas: 4 }),
  ],
});

app.synth();
