import type { Plan, PlanTarget } from '../../api/index.ts';

/**
 * The title, and trailers for programs: the plan, until when it holds, and each number that changes
 * (`Planner-Change: serving/chat/decode 4->6`).
 */
export function commitMessage(title: string, plan: Plan, changes: readonly PlanTarget[]): string {
  const trailers = [
    `Plan-Id: ${plan.digest}`,
    `Plan-Expires: ${plan.expiresAt}`,
    ...changes.map(
      ({ namespace, deployment, service, current, target }) =>
        `Planner-Change: ${namespace}/${deployment}/${service} ${current}->${target}`,
    ),
  ];
  return `${title}\n\n${trailers.join('\n')}\n`;
}
