import { isObject, type JsonObject, type JsonValue, stringAt, valueAt } from '../../../api/index.ts';
import {
  mergePredictions,
  mergeProposals,
  type PredictorAnswer,
  type Proposal,
  type RoleProposal,
} from '../../../planner/index.ts';
import type { Answer } from '../compare.ts';
import { number } from '../python.ts';
import { listAt } from './planner.ts';
import { numberAt, type Replay } from './shared.ts';

export const headMergeFunctions: { readonly [name: string]: Replay } = {
  'head.merge.type_aware_merge': (input) => {
    const baseline = valueAt(input, 'baseline');
    const roles = Object.entries(isObject(baseline) ? baseline : {}).map(
      ([role, replicas]) => [role, number(replicas)] as const,
    );
    const proposals = listAt(input, 'plugin_results').map(proposalOf);
    const merged = mergeProposals(proposals, new Map(roles), valueAt(input, 'set_allowed') === true);
    if (merged.kind === 'rejected') {
      const reason = `${merged.proposer}: ${merged.reason}`;
      return { ...UNMERGED, short_circuited: true, short_circuit_reason: reason, targets: null, source: null };
    }
    return {
      ...UNMERGED,
      used_final_from: merged.finalFrom ?? '',
      set_dropped: merged.droppedRoles,
      clamped: merged.clamped.map(({ role, bound, proposer }) => [role, bound, proposer]),
      targets: merged.targets.map(({ role, replicas }) => ({ sub_component_type: role, replicas })),
      source: merged.finalFrom ?? 'merged',
    };
  },

  'head.merge.chain_augment': (input) => {
    const merged = mergePredictions(listAt(input, 'plugins').map(answerOf));
    return {
      prediction: merged.prediction === undefined ? null : Object.fromEntries(merged.prediction),
      final_from: merged.finalFrom ?? '',
      num_warnings: merged.isFinalLate ? 1 : 0,
      reasons: merged.reasons,
    };
  },
};

const UNMERGED: { readonly [key: string]: Answer } = {
  ...{ short_circuited: false, short_circuit_reason: '', used_final_from: '', set_dropped: [], clamped: [] },
};

function proposalOf(result: JsonObject): Proposal {
  const common = { proposer: stringAt(result, 'plugin_id') ?? '', priority: numberAt(result, 'priority') };
  const kind = stringAt(result, 'kind') ?? '';
  switch (kind) {
    case 'accept':
      return { ...common, answer: { kind } };
    case 'reject':
      return { ...common, answer: { kind, reason: stringAt(result, 'reason') ?? '' } };
    case 'override': {
      const roles = listAt(result, 'targets').map(roleOf);
      return { ...common, answer: { kind, isFinal: valueAt(result, 'final') === true, roles } };
    }
    default:
      throw new Error(`"${kind}" is not an answer of a plugin`);
  }
}

function roleOf(target: JsonObject): RoleProposal {
  const replicas = valueAt(target, 'replicas') ?? null;
  return {
    kind: kindOf(stringAt(target, 'type') ?? ''),
    role: stringAt(target, 'sub_component_type') ?? '',
    replicas: replicas === null ? null : number(replicas),
  };
}

function kindOf(type: string): RoleProposal['kind'] {
  switch (type) {
    case 'SET':
      return 'set';
    case 'AT_LEAST':
      return 'at-least';
    case 'AT_MOST':
      return 'at-most';
    default:
      throw new Error(`"${type}" is not a type of target`);
  }
}

function answerOf(plugin: JsonObject): PredictorAnswer {
  const predictions = valueAt(plugin, 'predictions');
  return {
    predictor: stringAt(plugin, 'plugin_id') ?? '',
    priority: numberAt(plugin, 'priority'),
    isFinal: valueAt(plugin, 'final') === true,
    prediction: isObject(predictions)
      ? new Map(Object.entries(predictions).map(([name, value]) => [name, numberOrNull(value ?? null)]))
      : undefined,
    reason: stringAt(plugin, 'reason') ?? '',
  };
}

function numberOrNull(value: JsonValue): number | null {
  return value === null ? null : number(value);
}
