/**
 * A model that a Job downloads once, and that every worker of the graph mounts. The claim outlives the graph and its
 * Application, and a pod beside it shows what is inside:
 *
 *     kubectl -n llm-prod exec -it models-access -- ls hub
 */
import { App, Environment, Gpu, GraphDeployment, ModelCache, Size } from 'dynamo-gitops/constructs';

const RUNTIME_IMAGE = 'nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.3.1';

const app = new App({ module: import.meta.url });
const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });

const models = new ModelCache(prod, 'models', {
  size: Size.gibibytes(200),
  storageClass: 'shared-nfs',
  download: {
    models: [{ name: 'Qwen/Qwen3-32B', revision: '9216db5781bf21249d130ec9da846c4624c16137' }],
    image: RUNTIME_IMAGE,
    environmentSecret: 'hf-token-secret',
  },
  accessPod: true,
});

const graph = new GraphDeployment(prod, 'assist', {
  backend: 'vllm',
  model: 'Qwen/Qwen3-32B',
  image: RUNTIME_IMAGE,
  modelCache: models,
});
graph.addFrontend();
graph.addWorker({ gpus: Gpu.count(4), replicas: 2 });

app.synth();
