/** A namespace that may use 32 GPUs, whatever its graphs and their autoscalers would like to have. */
import { App, Environment, GpuQuota } from 'dynamo-gitops/constructs';

const app = new App({ module: import.meta.url });
const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
new GpuQuota(prod, 'gpus', { gpus: 32 });

app.synth();
