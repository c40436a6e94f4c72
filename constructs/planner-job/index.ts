export { PLANNER_FORGES, type PlannerForge } from './forge.ts';
export type { DigestPinnedImage } from './image.ts';
export { PlannerJob, type PlannerJobProps } from './planner-job.ts';
export { type PinnedAction, type PlannerWorkflowProps, plannerWorkflow } from './planner-workflow.ts';
