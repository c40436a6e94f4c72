/** Dynamo's operator in two clusters: one that Argo CD keeps, with an old operator, and one that Flux keeps. */
import { App, ArgoCdHealthChecks, Environment, Platform } from 'dynamo-gitops/constructs';

const app = new App({ module: import.meta.url });

const old = new Environment(app, 'old', { namespace: 'argocd' });
new ArgoCdHealthChecks(old, 'health');
new Platform(old, 'platform', {
  deliveredBy: 'argocd',
  operatorVersion: '0.9.0',
  chartVersion: '0.9.0-post1',
  grove: 'bundled',
});

const current = new Environment(app, 'current', { namespace: 'flux-system' });
new Platform(current, 'platform', {
  deliveredBy: 'flux',
  grove: 'existing',
  kaiScheduler: 'existing',
  values: { 'dynamo-operator': { dynamo: { metrics: { prometheusEndpoint: 'http://prometheus.monitoring:9090' } } } },
});

app.synth();
