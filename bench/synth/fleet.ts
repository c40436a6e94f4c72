/** One graph of 66 lines as a plain object, as people write it with cdk8s alone. */
export function graphObject(index: number): {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: unknown;
} {
  return {
    apiVersion: 'nvidia.com/v1alpha1',
    kind: 'DynamoGraphDeployment',
    metadata: { name: `graph-${index}` },
    spec: {
      backendFramework: 'vllm',
      services: {
        Frontend: {
          componentType: 'frontend',
          replicas: 1,
          extraPodSpec: { mainContainer: { image: IMAGE } },
        },
        prefill: worker('prefill', index),
        decode: worker('decode', index),
      },
    },
  };
}

const IMAGE = 'nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.3.1';

function worker(role: string, index: number): unknown {
  return {
    componentType: 'worker',
    subComponentType: role,
    replicas: 1 + (index % 7),
    resources: { limits: { gpu: '2' } },
    envFromSecret: 'hf-token-secret',
    envs: [{ name: 'HF_HOME', value: '/opt/models' }],
    extraPodSpec: {
      mainContainer: {
        image: IMAGE,
        command: ['python3', '-m', 'dynamo.vllm'],
        args: [
          ...['--model', 'Qwen/Qwen3-32B', '--served-model-name', `chat-${index}`, '--tensor-parallel-size', '2'],
          ...['--disaggregation-mode', role],
        ],
      },
    },
  };
}

/** The same graphs with the typed constructs, as the source of an app: `count` of them in one environment. */
export function typedApp(count: number): string {
  return `import { App, Environment, Gpu, GraphDeployment } from 'dynamo-gitops/constructs';

const app = new App({ module: import.meta.url });
const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
for (let index = 0; index < ${count}; index += 1) {
  const graph = new GraphDeployment(prod, \`graph-\${index}\`, {
    backend: 'vllm',
    model: 'Qwen/Qwen3-32B',
    servedModelName: \`chat-\${index}\`,
    image: '${IMAGE}',
    environmentSecret: 'hf-token-secret',
  });
  graph.addFrontend();
  graph.addPrefill({ gpus: Gpu.count(2), replicas: 1 + (index % 7) });
  graph.addDecode({ gpus: Gpu.count(2), replicas: 1 + (index % 5) });
}
app.synth();
`;
}

/** An app of cdk8s alone that renders given objects. */
export function plainApp(objects: readonly unknown[]): string {
  return `import { ApiObject, App, Chart, YamlOutputType } from 'cdk8s';

const objects = ${JSON.stringify(objects, null, 2)};
const app = new App({ yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });
const chart = new Chart(app, 'prod', { disableResourceNameHashes: true });
for (const object of objects) new ApiObject(chart, object.metadata.name, object);
app.synth();
`;
}
