/**
 * Argo CD delivers a graph to staging and production.
 *
 * The Applications are in an environment of their own, `dist/delivery/<app>/`, which a first Application, made by hand,
 * syncs into Argo CD's namespace.
 */
import {
  App,
  ArgoCdApplication,
  ArgoCdApplicationSet,
  ArgoCdHealthChecks,
  Duration,
  Environment,
  Gpu,
  GraphDeployment,
} from 'dynamo-gitops/constructs';

const app = new App({ module: import.meta.url });

const environments = ['staging', 'prod'].map((name) => {
  const environment = new Environment(app, name, { namespace: `llm-${name}` });
  const graph = new GraphDeployment(environment, 'chat', {
    backend: 'vllm',
    model: 'Qwen/Qwen3-8B',
    image: 'registry.example/vllm-runtime:1.4.0',
  });
  graph.addFrontend();
  graph.addWorker({ gpus: Gpu.count(1), scalingAdapter: true });
  return environment;
});

const delivery = new Environment(app, 'delivery', { namespace: 'argocd' });
new ArgoCdHealthChecks(delivery, 'health');

const repoUrl = 'https://git.example/team/models.git';
// Each environment by itself, with its own rules …
for (const folder of environments) {
  new ArgoCdApplication(delivery, `chat-${folder.environmentName}`, {
    folder,
    repoUrl,
    automated: folder.environmentName === 'prod' ? { selfHeal: false } : {},
    retry: { limit: 10, longest: Duration.minutes(5) },
  });
}
// … or all alike.
new ArgoCdApplicationSet(delivery, 'chat-clusters', {
  repoUrl,
  project: 'models',
  syncOptions: ['CreateNamespace=true'],
  applications: environments.map((folder) => ({
    folder,
    name: `chat-${folder.environmentName}-remote`,
    cluster: { name: folder.environmentName },
  })),
});

app.synth();
