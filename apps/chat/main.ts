/**
 * The demo fleet's chat: a disaggregated vLLM graph, in staging and in production.
 *
 * Llama 3.1 8B in FP8 on H200, one GPU a worker. Prefill and decode are scaled apart: prompts bound the time to first token,
 * answers the time between tokens. How many of each run stands in pins/<environment>/chat.yaml, within the bounds below.
 *
 * The storage class must offer claims that many nodes can mount, and the secret holds HF_TOKEN for the download: both are
 * the cluster's.
 */
import { App, Environment, Gpu, GraphDeployment, ModelCache, Size } from 'dynamo-gitops/constructs';

const app = new App({ module: import.meta.url });

for (const { name, prefill, decode } of [
  { name: 'staging', prefill: { min: 1, max: 2 }, decode: { min: 1, max: 2 } },
  { name: 'prod', prefill: { min: 1, max: 8 }, decode: { min: 1, max: 12 } },
]) {
  const environment = new Environment(app, name, { namespace: `llm-${name}` });
  const graph = new GraphDeployment(environment, 'chat', {
    backend: 'vllm',
    model: 'nvidia/Llama-3.1-8B-Instruct-FP8',
    image: 'nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.3.1',
    sla: { ttftMs: 200, itlMs: 10 },
    modelCache: new ModelCache(environment, 'model-cache', { size: Size.gibibytes(200), storageClass: 'shared-nfs' }),
    environmentSecret: 'hf-token-secret',
  });
  graph.addFrontend();
  graph.addPrefill({ gpus: Gpu.count(1), replicas: prefill });
  graph.addDecode({ gpus: Gpu.count(1), replicas: decode });
}

app.synth();
