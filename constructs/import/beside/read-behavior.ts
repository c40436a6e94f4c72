import { isObject, type JsonObject, type JsonValue } from '../../../api/index.ts';
import { compact } from '../../graph/compact.ts';
import type { Expressions } from '../declaration.ts';
import { exactly, number } from '../fits.ts';
import { pick, pickList, pickObject } from '../pick.ts';

/** `behavior` of a HorizontalPodAutoscaler as the properties of an autoscaler. */
export function readBehavior(behavior: JsonObject | undefined): Expressions {
  return compact({
    scaleUp: rulesOf(pickObject(behavior, 'scaleUp')),
    scaleDown: rulesOf(pickObject(behavior, 'scaleDown')),
  });
}

function rulesOf(rules: JsonObject | undefined): Expressions | undefined {
  if (rules === undefined) return undefined;
  return compact({
    stabilizationSeconds: pick(rules, 'stabilizationWindowSeconds', number),
    select: pick(rules, 'selectPolicy', exactly('Max', 'Min', 'Disabled')),
    policies: pickList(rules, 'policies')?.flatMap(policyOf),
  });
}

function policyOf(policy: JsonValue): readonly Expressions[] {
  if (!isObject(policy)) return [];
  const { type, value, periodSeconds } = policy;
  if (typeof value !== 'number' || typeof periodSeconds !== 'number') return [];
  return [type === 'Percent' ? { percent: value, periodSeconds } : { pods: value, periodSeconds }];
}
