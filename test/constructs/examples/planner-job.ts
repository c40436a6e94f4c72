/** The planner beside the graphs of production: every hour it plans, and proposes what should change. */
import { App, Environment, PlannerJob } from 'dynamo-gitops/constructs';

const app = new App({ module: import.meta.url });
const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
new PlannerJob(prod, 'planner', {
  image: 'registry.example/dynamo-gitops@sha256:3f1e0c5b7a9d2846c1b0e4f7d8a6935210fedcba9876543210abcdef01234567',
  schedule: '17 * * * *',
  timeZone: 'Europe/Berlin',
  repositoryUrl: 'https://git.example/team/models.git',
  readSecret: 'models-git-read',
  metricsSecret: 'prometheus-read',
  writeSecret: 'models-git-write',
});

app.synth();
