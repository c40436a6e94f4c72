/**
 * Flux delivers a graph to production, and says that it is ready when the graph serves.
 *
 * What Flux itself reads is in an environment of its own, `dist/delivery/<app>/`, which the Kustomization of `flux bootstrap`
 * takes in.
 */
import {
  App,
  Duration,
  Environment,
  FluxGitRepository,
  FluxKustomization,
  Gpu,
  GraphDeployment,
} from 'dynamo-gitops/constructs';

const app = new App({ module: import.meta.url, apiVersion: 'v1beta1' });

const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
const graph = new GraphDeployment(prod, 'chat', {
  backend: 'sglang',
  model: 'Qwen/Qwen3-8B',
  image: 'registry.example/sglang-runtime:1.4.0',
});
graph.addFrontend();
graph.addWorker({ gpus: Gpu.count(1), scalingAdapter: true });

const delivery = new Environment(app, 'delivery', { namespace: 'flux-system' });
const source = new FluxGitRepository(delivery, 'models', {
  url: 'https://git.example/team/models.git',
  credentialsSecret: 'models-git',
});
new FluxKustomization(delivery, 'chat', {
  folder: prod,
  source,
  timeout: Duration.minutes(45),
  dependsOn: [{ name: 'dynamo-platform', namespace: 'flux-system' }],
  serviceAccount: 'models',
});

app.synth();
