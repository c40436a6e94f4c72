/**
 * A service whose number is in Git as a manifest of its scaling adapter, for others in the cluster to read and move. Without
 * `replicas` nothing is rendered: the operator makes the adapter, and this is a name to point an autoscaler at.
 */
import { App, Environment, Gpu, GraphDeployment, ScalingAdapter } from 'dynamo-gitops/constructs';

const app = new App({ module: import.meta.url, operatorVersion: '1.4.0' });
const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });

const graph = new GraphDeployment(prod, 'chat-adapter', {
  backend: 'vllm',
  model: 'Qwen/Qwen3-32B',
  image: 'nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.3.1',
});
graph.addFrontend();
const worker = graph.addWorker({ name: 'VllmWorker', gpus: Gpu.count(4), scalingAdapter: true });
new ScalingAdapter(prod, 'worker', { service: worker, replicas: { min: 1, max: 8 } });

app.synth();
