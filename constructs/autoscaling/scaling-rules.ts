import type { JsonObject } from '../../api/index.ts';

/** Most that may change within a time: of pods, or of the percentage of those that run. */
export type ScalingPolicy =
  | { readonly pods: number; readonly percent?: never /** From 1 to 1800. */; readonly periodSeconds: number }
  | { readonly percent: number; readonly pods?: never /** From 1 to 1800. */; readonly periodSeconds: number };

/** How fast an autoscaler may go in one direction. */
export interface ScalingRules {
  /**
   * Seconds of which the most cautious recommendation holds: the highest when scaling down, the lowest when scaling up.
   * From 0 to 3600.
   *
   * @default - Kubernetes' own: 300 down, 0 up
   */
  readonly stabilizationSeconds?: number;

  /**
   * @default - Kubernetes' own: down 100 % in 15 s; up the larger of 100 % and 4 pods in 15 s
   */
  readonly policies?: readonly ScalingPolicy[];

  /**
   * Which of several policies holds; `Disabled` never scales in this direction.
   *
   * @default 'Max'
   */
  readonly select?: 'Max' | 'Min' | 'Disabled';
}

export interface ScalingBehavior {
  /** @default - Kubernetes' own */
  readonly scaleUp?: ScalingRules;

  /**
   * A replica that goes takes its cache with it, and one that comes back loads the model for minutes: be slow.
   *
   * @default - Kubernetes' own
   */
  readonly scaleDown?: ScalingRules;
}

/** `behavior` of a HorizontalPodAutoscaler; undefined where Kubernetes' own is meant. */
export function behaviorOf({ scaleUp, scaleDown }: ScalingBehavior): JsonObject | undefined {
  if (scaleUp === undefined && scaleDown === undefined) return undefined;
  return {
    ...(scaleUp === undefined ? {} : { scaleUp: rulesOf(scaleUp) }),
    ...(scaleDown === undefined ? {} : { scaleDown: rulesOf(scaleDown) }),
  };
}

function rulesOf({ stabilizationSeconds, select, policies }: ScalingRules): JsonObject {
  return {
    ...(stabilizationSeconds === undefined ? {} : { stabilizationWindowSeconds: stabilizationSeconds }),
    ...(select === undefined ? {} : { selectPolicy: select }),
    ...(policies === undefined
      ? {}
      : {
          policies: policies.map(({ pods, percent, periodSeconds }) =>
            pods === undefined
              ? { type: 'Percent', value: percent, periodSeconds }
              : { type: 'Pods', value: pods, periodSeconds },
          ),
        }),
  };
}

/** What Kubernetes would refuse. */
export function behaviorProblems(behavior: ScalingBehavior): readonly string[] {
  return (['scaleUp', 'scaleDown'] as const).flatMap((direction) => {
    const { stabilizationSeconds, policies } = behavior[direction] ?? {};
    const messages: string[] = [];
    if (stabilizationSeconds !== undefined && !isWhole(stabilizationSeconds, 0, 3600)) {
      messages.push(`${direction}.stabilizationSeconds is ${stabilizationSeconds}; it must be whole, from 0 to 3600`);
    }
    if (policies?.length === 0) messages.push(`${direction}.policies is empty; leave it out for Kubernetes' own`);
    for (const { pods, percent, periodSeconds } of policies ?? []) {
      const [unit, value] = pods === undefined ? ['percent', percent] : ['pods', pods];
      if (!isWhole(value, 1, 2 ** 31 - 1)) {
        messages.push(`${direction}.policies: ${unit} is ${value}; it must be whole, at least 1`);
      }
      if (!isWhole(periodSeconds, 1, 1800)) {
        messages.push(`${direction}.policies: periodSeconds is ${periodSeconds}; it must be whole, from 1 to 1800`);
      }
    }
    return messages;
  });
}

function isWhole(value: number | undefined, least: number, most: number): boolean {
  return value !== undefined && Number.isSafeInteger(value) && value >= least && value <= most;
}
