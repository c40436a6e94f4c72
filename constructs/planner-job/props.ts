import { anyText, listOf, oneOf, required, shape, text } from '../props/index.ts';
import { PLANNER_FORGES } from './forge.ts';
import type { PlannerJobProps } from './planner-job.ts';
import type { PlannerWorkflowProps } from './planner-workflow.ts';

export const PLANNER_JOB = shape<PlannerJobProps>('an object', {
  image: required(anyText()),
  schedule: required(text),
  timeZone: text,
  repositoryUrl: required(text),
  baseBranch: text,
  forge: oneOf(...PLANNER_FORGES),
  readSecret: text,
  metricsSecret: text,
  writeSecret: required(text),
  recording: text,
  graphNamespace: text,
});

export const PLANNER_WORKFLOW = shape<PlannerWorkflowProps>('an object', {
  actions: required(
    shape<PlannerWorkflowProps['actions']>('an object', {
      checkout: required(anyText()),
      setupNode: required(anyText()),
      uploadArtifact: required(anyText()),
      downloadArtifact: required(anyText()),
    }),
  ),
  schedule: required(text),
  baseBranch: text,
  forge: oneOf(...PLANNER_FORGES),
  recording: text,
  metricsSecrets: listOf(text),
  writeTokenSecret: text,
  nodeVersion: text,
});
