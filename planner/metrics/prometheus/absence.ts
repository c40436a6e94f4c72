import type { MeasuredGraph } from '../source.ts';
import { equals, equalsIfThere, type Matchers, matches, regexLiteral, selector } from './promql.ts';
import { type AskRange, type BucketGrid, combined, type RangeQuery } from './range-query.ts';
import { readAnswer } from './read-answer.ts';

/** What may be there in place of a graph's series, the most telling first. */
type Trace = 'otherModel' | 'unlabelled' | 'otherLabels' | 'otherGraph';

/** As far back as a trace is looked for. */
const LOOK_BACK_SECONDS = 86_400;

/** Why a graph has no series, as far as one more request can tell: most often a label is not what it should be. */
export async function absenceReason(
  ask: AskRange,
  graph: MeasuredGraph & { readonly model: string },
  labels: { readonly [label: string]: string },
  { startMs, bucketSeconds, length }: BucketGrid,
): Promise<string> {
  const seconds = Math.min(LOOK_BACK_SECONDS, bucketSeconds * length);
  const atMs = startMs + length * bucketSeconds * 1000;
  const traces = traceQueries(graph, labels, `[${seconds}s]`);
  const query: RangeQuery = { promql: combined(traces), firstEndMs: atMs, lastEndMs: atMs, stepSeconds: bucketSeconds };
  const answer = await ask(query);
  const read = answer.kind === 'body' ? readAnswer(answer.text, query, new Set(traces.keys())) : undefined;
  const found =
    read?.kind === 'cells' ? [...traces.keys()].find((trace) => (read.cells.get(trace)?.[0] ?? 0) > 0) : undefined;
  const { dynamoNamespace, model } = graph;
  switch (found) {
    case 'otherModel':
      return `the frontend with dynamo_namespace "${dynamoNamespace}" does not serve "${model}"; say in the config which model it serves`;
    case 'unlabelled':
      return `"${model}" is served by a frontend without the label dynamo_namespace, which the operator's PodMonitor sets; scrape with it, or set the label to "${dynamoNamespace}"`;
    case 'otherLabels':
      return `its series are there, but without the labels ${JSON.stringify(labels)} that metrics.prometheus asks for`;
    case 'otherGraph':
      return `other graphs serve "${model}", and no frontend has dynamo_namespace "${dynamoNamespace}"`;
    case undefined:
      return `no frontend has dynamo_namespace "${dynamoNamespace}", and none of any graph serves "${model}"; is it scraped?`;
  }
}

function traceQueries(
  { dynamoNamespace, namespace, model }: MeasuredGraph & { readonly model: string },
  labels: { readonly [label: string]: string },
  window: string,
): ReadonlyMap<Trace, string> {
  const place = Object.entries(labels).map(([label, value]) => equals(label, value));
  const served = matches('model', `(?i:${regexLiteral(model)})`);
  const named = [equals('dynamo_namespace', dynamoNamespace), equalsIfThere('namespace', namespace)];
  const count = (matchers: Matchers): string => {
    const [completed, known] = ['requests_total', 'model_context_length'].map(
      (metric) => `last_over_time(${selector(`dynamo_frontend_${metric}`, matchers)}${window})`,
    );
    return `count(${completed} or ${known})`;
  };
  return new Map<Trace, string>([
    ['otherModel', count([...named, ...place])],
    ['unlabelled', count(['dynamo_namespace=""', equalsIfThere('namespace', namespace), served, ...place])],
    ['otherLabels', count([...named, served])],
    ['otherGraph', count([served, ...place])],
  ]);
}
