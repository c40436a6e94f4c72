import { DEFAULT_GPU_RESOURCE, isDnsSubdomain, isGpuResource, type Problem, quotaKey } from '../../api/index.ts';
import { ApiObject, type Construct } from '../cdk8s.ts';
import { environmentOf } from '../environment.ts';
import type { WholeNumber } from '../gpu.ts';
import { checkProps, number, reportMistakes, required, shape, text } from '../props/index.ts';
import { CHECK, type Checked, problemAt } from '../synthesis.ts';

export interface GpuQuotaProps<Gpus extends number = number> {
  /**
   * Most GPUs that the pods of the environment's namespace may ask for together: a whole number, at least 1. A rollout runs
   * old and new pods side by side, so that it needs room above what the graphs have at rest.
   */
  readonly gpus: Gpus & WholeNumber<Gpus>;

  /**
   * The extended resource that is counted.
   *
   * @default 'nvidia.com/gpu'
   */
  readonly resource?: string;

  /**
   * Name of the quota.
   *
   * @default - the construct's id
   */
  readonly name?: string;
}

const PROPS = shape<GpuQuotaProps>('an object', { gpus: required(number), resource: text, name: text });

const GPU_QUOTA = Symbol.for('dynamo-gitops.GpuQuota');

/**
 * A ResourceQuota on the GPUs of the environment's namespace. Kubernetes refuses the pod that would exceed it, and the
 * planner reads the same manifest as a budget, so that no proposal asks for more.
 *
 * It counts whole devices that pods request by name; devices from resource claims (DRA) are not counted by it.
 *
 * @example
 * new GpuQuota(prod, 'gpus', { gpus: 32 });
 * @see test/constructs/examples/gpu-quota.ts
 */
export class GpuQuota<const Gpus extends number = number> extends ApiObject implements Checked {
  /** Inherited from ApiObject it would hold for every object. */
  static override [Symbol.hasInstance](value: unknown): value is GpuQuota {
    return typeof value === 'object' && value !== null && GPU_QUOTA in value;
  }

  /** Most GPUs of the namespace. */
  readonly gpus: number;
  /** The extended resource that is counted. */
  readonly resource: string;

  constructor(scope: Construct, id: string, props: GpuQuotaProps<Gpus>);
  constructor(scope: Construct, id: string, props: GpuQuotaProps) {
    const checked = checkProps(PROPS, props, { gpus: 1 });
    const { gpus, resource = DEFAULT_GPU_RESOURCE, name = id } = checked.props;
    super(scope, id, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name },
      // Text, as Kubernetes prints quantities: a number would show as a difference in every comparison.
      spec: { hard: { [quotaKey(resource)]: String(gpus) } },
    });
    reportMistakes(this, checked.mistakes);
    this.gpus = gpus;
    this.resource = resource;
    Object.defineProperty(this, GPU_QUOTA, { value: true });
  }

  [CHECK](): readonly Problem[] {
    const messages: string[] = [];
    if (!isDnsSubdomain(this.name))
      messages.push(`"${this.name}" is not a lower-case DNS name, which a quota's name must be`);
    if (!Number.isSafeInteger(this.gpus) || this.gpus < 1) {
      messages.push(`gpus is ${this.gpus}; a quota is a whole number of GPUs, at least 1`);
    }
    if (!isGpuResource(this.resource)) {
      messages.push(`resource "${this.resource}" is not one of GPUs, such as "${DEFAULT_GPU_RESOURCE}"`);
    }
    const rival = this.#rival();
    if (rival !== undefined) {
      messages.push(
        `"${rival.node.path}" limits ${this.resource} in the same namespace, at ${rival.gpus}; keep one, since the lower would hold`,
      );
    }
    return messages.map((message) => problemAt(this, message));
  }

  /** A quota of this environment, before this one, that counts the same. */
  #rival(): GpuQuota | undefined {
    const quotas =
      environmentOf(this)
        ?.node.findAll()
        .filter((construct) => construct instanceof GpuQuota) ?? [];
    return quotas.slice(0, quotas.indexOf(this)).find((quota) => quota.resource === this.resource);
  }
}
