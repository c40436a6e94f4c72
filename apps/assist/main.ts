/**
 * The demo fleet's assistant: an aggregated SGLang graph, in staging and in production, written in Dynamo's v1beta1.
 *
 * A small model that needs no splitting into phases: each worker reads prompts and writes answers, and there is no cache,
 * since it downloads in seconds. How many workers run stands in pins/<environment>/assist.yaml.
 */
import { App, Environment, Gpu, GraphDeployment } from 'dynamo-gitops/constructs';

const app = new App({ module: import.meta.url, apiVersion: 'v1beta1' });

for (const name of ['staging', 'prod']) {
  const environment = new Environment(app, name, { namespace: `llm-${name}` });
  const graph = new GraphDeployment(environment, 'assist', {
    backend: 'sglang',
    model: 'Qwen/Qwen3-0.6B',
    image: 'nvcr.io/nvidia/ai-dynamo/sglang-runtime:1.3.1',
  });
  graph.addFrontend();
  graph.addWorker({ gpus: Gpu.count(1), replicas: { min: 1, max: 4 } });
}

app.synth();
