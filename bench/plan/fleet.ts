import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const MINUTES_PER_WEEK = 7 * 24 * 60;
const START = '2026-11-02T00:00:00Z';

export const FLEET_TIME = '2026-11-09T00:00:00Z';

/** The strategies that are timed, as the config has them. */
export const STRATEGIES = {
  'dynamo-sla': '{ kind: dynamo-sla, profile: profile.json, intervalSeconds: 600, predictor: kalman }',
  sla: '{ kind: sla, profile: profile.json }',
};

export type TimedStrategy = keyof typeof STRATEGIES;

/** Writes a repository of so many graphs, each with a week of one-minute metrics in a recording of its own. */
export function writeFleet(folder: string, graphs: number, profile: string): void {
  const names = namesOf(graphs);
  const write = (path: string, text: string): void => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  mkdirSync(folder, { recursive: true });
  copyFileSync(profile, join(folder, 'profile.json'));
  writeStrategy(folder, graphs, 'dynamo-sla');
  for (const [index, name] of names.entries()) {
    write(`dist/prod/${name}.yaml`, manifest(name));
    write(`metrics/prod/llm/${name}.json`, recording(name, index));
  }
}

/** Gives every graph of the repository one strategy. */
export function writeStrategy(folder: string, graphs: number, strategy: TimedStrategy): void {
  writeFileSync(join(folder, 'dynamo-gitops.yaml'), config(namesOf(graphs), strategy));
}

function namesOf(graphs: number): readonly string[] {
  return Array.from({ length: graphs }, (_, index) => `graph-${String(index).padStart(4, '0')}`);
}

function config(names: readonly string[], strategy: TimedStrategy): string {
  const deployments = names.map(
    (name) => `  - name: ${name}
    environment: prod
    sla: { ttftMs: 500, itlMs: 20 }
    strategy: ${STRATEGIES[strategy]}`,
  );
  return `schemaVersion: 1
manifests: [dist]
metrics: { recording: metrics }
budgets:
  - { name: all, gpus: ${names.length * 8} }
deployments:
${deployments.join('\n')}
`;
}

function manifest(name: string): string {
  const worker = (role: string): string => `    ${role}:
      componentType: worker
      subComponentType: ${role}
      replicas: 2
      resources: { limits: { gpu: "1" } }
      extraPodSpec:
        mainContainer:
          image: nvcr.io/nvidia/ai-dynamo/vllm-runtime:0.9.0
          command: [python3, -m, dynamo.vllm]
          args: [--model, nvidia/Llama-3.1-8B-Instruct-FP8]
`;
  return `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: { name: ${name}, namespace: llm }
spec:
  backendFramework: vllm
  services:
    Frontend: { componentType: frontend, replicas: 1 }
${worker('prefill')}${worker('decode')}`;
}

/** A day's wave with a little noise that is the same on every machine. */
function recording(name: string, seed: number): string {
  const columns = [
    'requestCount',
    'islTokens',
    'oslTokens',
    'ttftMs',
    'itlMs',
    'requestSeconds',
    'queueDepth',
    'kvUsage',
    'prefillReady',
    'decodeReady',
  ];
  const rows = Array.from({ length: MINUTES_PER_WEEK }, (_, minute) => {
    const noise = ((minute * 7919 + seed * 104_729) % 1000) / 1000;
    const wave = 1 + 0.6 * Math.sin((2 * Math.PI * (minute + 60 * seed)) / 1440);
    const cell = (value: number): number => Number(value.toPrecision(6));
    const cells = [
      300 * wave + 40 * noise,
      900 + 200 * noise,
      140 + 40 * noise,
      90 + 30 * noise,
      9 + noise,
      1.4 + noise,
      3 * noise,
      0.3 * wave,
    ];
    return `[${[...cells.map(cell), 2, 2].join(',')}]`;
  });
  return `{
"schemaVersion":1,"kind":"recording","source":"made up for a benchmark","start":"${START}","bucketSeconds":60,
"graphs":[{"deployment":"${name}","namespace":"llm","environment":"prod","model":"nvidia/Llama-3.1-8B-Instruct-FP8",
"columns":${JSON.stringify(columns)},
"buckets":[
${rows.join(',\n')}
]}]}
`;
}
