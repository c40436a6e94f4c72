/** Where the objects of a graph live, and by what its metrics are found: two values that cannot be mixed up. */
import { App, DynamoNamespace, Environment, KubernetesNamespace } from 'dynamo-gitops/constructs';

const app = new App({ module: import.meta.url });
const namespace = new KubernetesNamespace('llm-prod');
new Environment(app, 'prod', { namespace });

const chat = DynamoNamespace.of(namespace, 'chat');
export const frontendMetric = `dynamo_frontend_active_requests{dynamo_namespace="${chat.frontendLabel}"}`;
export const componentMetric = `dynamo_component_inflight_requests{dynamo_namespace="${chat.componentLabel}"}`;

app.synth();
