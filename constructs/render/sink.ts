import type { RenderedApp } from './rendered-app.ts';

/** Takes what an app renders, in place of the output folder. */
export type RenderSink = (app: RenderedApp) => void;

// Registered, so that an app that loaded another copy of this package still finds it.
const SINK = Symbol.for('dynamo-gitops.RenderSink');

interface SinkHolder {
  [SINK]?: RenderSink | undefined;
}

/** Where `App.synth` is to hand its files; undefined where it is to write them itself. */
export function renderSink(): RenderSink | undefined {
  return (globalThis as SinkHolder)[SINK];
}

/** Runs code with a sink in place. Runs do not overlap: an app cannot know which of two asked for it. */
export async function withRenderSink<T>(sink: RenderSink, run: () => Promise<T>): Promise<T> {
  const holder = globalThis as SinkHolder;
  if (holder[SINK] !== undefined) throw new Error('another synthesis is under way in this process');
  holder[SINK] = sink;
  try {
    return await run();
  } finally {
    holder[SINK] = undefined;
  }
}
