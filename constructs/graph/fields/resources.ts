import type { ClaimUse, Quantity } from '../../../api/index.ts';
import type { Gpu } from '../../gpu.ts';

/** Amounts of one pod's main container. */
export interface ResourceAmounts {
  /** Cores: `'4'` or `'500m'`. */
  readonly cpu?: Quantity;
  /** `'64Gi'`. */
  readonly memory?: Quantity;
  /** In requests, only an operator from 1.1 on reads it; limits always count. */
  readonly gpus?: Gpu;
  /** Any other resource, such as `{ 'rdma/ib': '8', 'ephemeral-storage': '20Gi' }`. */
  readonly extra?: { readonly [resource: string]: Quantity };
}

export interface ResourceOptions {
  /**
   * GPUs of one pod, which the engine splits the model over: `Gpu.count(2)` is tensor parallelism of 2. They are written as
   * the limit, which Kubernetes takes for the request too.
   *
   * @default - none
   */
  readonly gpus?: Gpu;

  /**
   * Extended resource that GPUs are counted as, such as `'gpu.intel.com/xe'` or a MIG profile.
   *
   * @default 'nvidia.com/gpu'
   */
  readonly gpuType?: string;

  /** @default - none; what the scheduler sets aside is then what `limits` says */
  readonly requests?: ResourceAmounts;

  /**
   * Beside `gpus`, which is a limit.
   *
   * @default - none
   */
  readonly limits?: ResourceAmounts;

  /**
   * Devices of the pod's `resourceClaims` (Dynamic Resource Allocation).
   *
   * @default - none
   */
  readonly claims?: readonly ClaimUse[];

  /**
   * Pods that make up one replica, each with `gpus`: 2 or more. The engine splits the model over all of them. One and several cannot be changed into one another.
   *
   * @default - 1 pod, without a group
   */
  readonly nodes?: number;

  /**
   * Size of `/dev/shm`, which the ranks of an engine talk through; `'disabled'` for none.
   *
   * @default - the operator's: 8Gi
   */
  readonly sharedMemory?: Quantity | 'disabled';
}
