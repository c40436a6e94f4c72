import type { Backend, RuntimeVersion } from '../../api/index.ts';

/** What an engine needs to know to serve a model in its place of a graph. */
export interface EngineRequest {
  readonly backend: Backend;
  readonly role: 'worker' | 'prefill' | 'decode';
  readonly model: string;
  readonly servedModelName: string;
  /** GPUs of one replica: an engine splits the model over all nodes of its group. */
  readonly gpus: number;
  readonly runtime: RuntimeVersion;
  /** The author's own arguments, which come last and win. */
  readonly args: readonly string[];
}

export interface EngineCommand {
  readonly command: readonly string[];
  readonly args: readonly string[];
}

/** A flag under every name that the engine knows it by; the first is written. */
interface Flag {
  readonly names: readonly [string, ...string[]];
  readonly value?: string;
}

/**
 * The command line of an engine, with the flags that Dynamo's own recipes use for its role.
 *
 * The served name is always given: Dynamo's planner finds the model by `--served-model-name`, `--model-name` or
 * `--model` only, and SGLang and TensorRT-LLM call it `--model-path`.
 */
export function engineCommand(request: EngineRequest): EngineCommand {
  const flags = [...FLAGS[request.backend](request)].filter((flag) => !isGiven(flag, request.args));
  return {
    command: ['python3', '-m', `dynamo.${request.backend}`],
    args: [
      ...flags.flatMap(({ names, value }) => (value === undefined ? [names[0]] : [names[0], value])),
      ...request.args,
    ],
  };
}

function isGiven(flag: Flag, args: readonly string[]): boolean {
  return args.some((arg) => flag.names.some((name) => arg === name || arg.startsWith(`${name}=`)));
}

const FLAGS: { readonly [backend in Backend]: (request: EngineRequest) => readonly Flag[] } = {
  vllm: (request) => [
    { names: ['--model'], value: request.model },
    { names: ['--served-model-name'], value: request.servedModelName },
    ...tensorParallel(request, ['--tensor-parallel-size', '-tp']),
    ...(request.role === 'worker' ? [] : vllmDisaggregation(request.role, request.runtime)),
  ],
  sglang: (request) => [
    { names: ['--model-path', '--model'], value: request.model },
    { names: ['--served-model-name'], value: request.servedModelName },
    ...tensorParallel(request, ['--tp', '--tp-size', '--tensor-parallel-size']),
    // The block size that prefill, decode and a KV-aware router count in; the examples of every release use 16.
    { names: ['--page-size'], value: '16' },
    ...(request.role === 'worker'
      ? []
      : [
          { names: ['--disaggregation-mode'], value: request.role } as const,
          { names: ['--disaggregation-transfer-backend'], value: 'nixl' } as const,
          { names: ['--disaggregation-bootstrap-port'], value: '12345' } as const,
          { names: ['--host'], value: '0.0.0.0' } as const,
        ]),
  ],
  trtllm: (request) => [
    { names: ['--model-path', '--model'], value: request.model },
    { names: ['--served-model-name'], value: request.servedModelName },
    ...tensorParallel(request, ['--tensor-parallel-size']),
    ...(request.role === 'worker' ? [] : [{ names: ['--disaggregation-mode'], value: request.role } as const]),
  ],
};

function tensorParallel({ gpus }: EngineRequest, names: Flag['names']): readonly Flag[] {
  return gpus > 1 ? [{ names, value: String(gpus) }] : [];
}

/**
 * Runtime 1.0 replaced `--is-prefill-worker` (dynamo#6483), and moves no KV cache unless `--kv-transfer-config` says how
 * (dynamo#6513): a prefill worker without it does not start, and both halves must name the same connector.
 */
function vllmDisaggregation(role: 'prefill' | 'decode', runtime: RuntimeVersion): readonly Flag[] {
  if (runtime.major < 1) return [{ names: [`--is-${role}-worker`] }];
  return [
    { names: ['--disaggregation-mode'], value: role },
    { names: ['--kv-transfer-config'], value: '{"kv_connector":"NixlConnector","kv_role":"kv_both"}' },
  ];
}
