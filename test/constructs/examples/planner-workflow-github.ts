/** The planner as a GitHub Actions workflow that opens pull requests, for `.github/workflows/planner.yaml`. */
import { plannerWorkflow } from 'dynamo-gitops/constructs';

export const workflow = plannerWorkflow({
  actions: {
    checkout: 'actions/checkout@0123456789abcdef0123456789abcdef01234567',
    setupNode: 'actions/setup-node@123456789abcdef0123456789abcdef012345678',
    uploadArtifact: 'actions/upload-artifact@23456789abcdef0123456789abcdef0123456789',
    downloadArtifact: 'actions/download-artifact@3456789abcdef0123456789abcdef0123456789a',
  },
  schedule: '17 6-20 * * MON-FRI',
  forge: 'github',
  metricsSecrets: ['PROMETHEUS_TOKEN'],
});
