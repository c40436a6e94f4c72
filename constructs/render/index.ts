export { INVENTORY_FILE } from './inventory.ts';
export { type OutputChange, type OutputFolder, type OutputPlan, planOutput } from './output-plan.ts';
export type { RenderedApp, RenderedFile } from './rendered-app.ts';
export { withRenderSink } from './sink.ts';
export { writeOutput } from './write-output.ts';
