import { isObject, type JsonObject, objectAt, stringAt, valueAt } from '../../api/index.ts';
import { type Place, under } from '../component.ts';
import type { FieldStep } from '../field-path.ts';
import type { Violation } from '../finding.ts';
import { COMPONENTS, GRAPHS, type Rule, violation, when } from '../rule.ts';
import { type ObjectState, type Subject, WORKLOAD_PROVIDER } from '../subject.ts';

const GROVE_VERSION = 'grove.io/v1alpha1';

/** Fragments of Grove's own objects that a graph may carry: only the topology constraint in them is open. */
export const providerOverrideRules: readonly Rule[] = [
  {
    id: 'provider-override',
    title: "A provider override is Grove's, at its place, and writes the topology constraint only",
    ...{ severity: 'error', stage: 'webhook', since: '1.5.0', on: 'both', kinds: COMPONENTS },
    check: (subject) => overrides(subject).flatMap((override) => overrideViolations(subject, override)),
  },
  {
    id: 'provider-override-immutable',
    title: 'What a provider override is for does not change',
    ...{ severity: 'error', stage: 'webhook', since: '1.5.0', on: 'update', kinds: GRAPHS },
    check: (subject) => {
      const before = new Map((subject.old === undefined ? [] : overrides(subject.old)).map((one) => [one.id, one]));
      return overrides(subject).flatMap((override) => {
        const old = before.get(override.id);
        if (old === undefined) return [];
        return (['apiVersion', 'target'] as const).flatMap((field) => {
          const [from, to] = [old, override].map(
            (one) => stringAt(one.body, field) ?? (field === 'target' ? one.target : ''),
          );
          return when(from !== to, () =>
            violation(
              under(override.place, [field]),
              `goes from "${from}" to "${to}", and it is immutable`,
              'remove the override in one step and add the new one in the next',
            ),
          );
        });
      });
    },
  },
];

interface Override {
  /** The same for the same place in the old object and the new one. */
  readonly id: string;
  readonly body: JsonObject;
  readonly place: Place;
  /** The one object of Grove's that an override at this place can be about. */
  readonly target: string;
}

function overrides({ spec, components }: ObjectState): readonly Override[] {
  const root = objectAt(spec, 'providerOverride');
  const isGraph = spec.services !== undefined || spec.components !== undefined;
  return [
    ...(root === undefined || !isGraph
      ? []
      : [{ id: '', body: root, place: { path: ['spec', 'providerOverride'] }, target: 'PodCliqueSet' }]),
    ...components.flatMap((component) => {
      const isGroup = component.nodeCount > 1;
      const places: readonly (readonly [readonly string[], string])[] = [
        [[], isGroup ? 'PodCliqueScalingGroupConfig' : 'PodCliqueTemplateSpec'],
        [['multinode', 'leader'], 'PodCliqueTemplateSpec'],
        [['multinode', 'worker'], 'PodCliqueTemplateSpec'],
      ];
      return places.flatMap(([steps, target]) => {
        const body = objectAt(component.body, ...steps, 'providerOverride');
        const place = component.at([...steps, 'providerOverride']);
        return body === undefined ? [] : [{ id: `${component.name}/${steps.join('/')}`, body, place, target }];
      });
    }),
  ];
}

function overrideViolations(subject: Subject, override: Override): readonly Violation[] {
  const { body, place, target } = override;
  if (subject.kind === 'DynamoComponentDeployment') {
    return [violation(place, 'overrides are for components of a graph, not for one on its own', 'remove it')];
  }
  const isUnset = subject.old !== undefined && stringAt(subject.annotations, WORKLOAD_PROVIDER) === undefined;
  if (isUnset) {
    return [
      violation(
        place,
        'the operator has not yet written down that the graph runs on Grove',
        'wait until it has, and sync again',
      ),
    ];
  }
  if (subject.provider !== 'grove') {
    return [violation(place, 'an override is for Grove, and the graph does not run on it', 'remove it')];
  }
  if (body.apiVersion !== GROVE_VERSION) {
    return [violation(under(place, ['apiVersion']), `must be ${GROVE_VERSION}`, `write ${GROVE_VERSION}`)];
  }
  const given = stringAt(body, 'target');
  if (given !== undefined && given !== '' && given !== target) {
    return [
      violation(
        under(place, ['target']),
        `"${given}" is not what an override at this place is about, which is "${target}"`,
        'leave target out',
      ),
    ];
  }
  return [
    ...valueViolations(objectAt(body, 'value') ?? {}, target, place),
    ...when(hasTypedTopology(subject) && topologyOf(body, target) !== undefined, () =>
      violation(
        under(place, ['value']),
        'a topology constraint is given twice, as a field of the graph and as an override',
        'keep one of the two',
      ),
    ),
  ];
}

function hasTypedTopology({ spec, components }: Subject): boolean {
  return spec.topologyConstraint !== undefined || components.some(({ body }) => body.topologyConstraint !== undefined);
}

function openPath(target: string): readonly string[] {
  return target === 'PodCliqueSet' ? ['spec', 'template', 'topologyConstraint'] : ['topologyConstraint'];
}

function topologyOf(body: JsonObject, target: string) {
  return valueAt(body, 'value', ...openPath(target));
}

function valueViolations(value: JsonObject, target: string, place: Place): readonly Violation[] {
  const found: Violation[] = [];
  const valuePlace = under(place, ['value']);
  const walked: FieldStep[] = [];
  let current = value;
  for (const field of openPath(target)) {
    for (const other of Object.keys(current).filter((name) => name !== field)) {
      const message = `"${other}" belongs to the operator; an override may write ${openPath(target).join('.')} only`;
      found.push(violation(under(valuePlace, [...walked, other]), message, 'remove it'));
    }
    walked.push(field);
    const next = Object.hasOwn(current, field) ? current[field] : undefined;
    if (!isObject(next)) {
      found.push(
        violation(
          under(valuePlace, walked),
          next === undefined ? 'is required' : 'must be a map',
          `write ${openPath(target).join('.')}`,
        ),
      );
      return found;
    }
    current = next;
  }
  return isTopology(current)
    ? found
    : [
        ...found,
        violation(
          valuePlace,
          "does not have the form of Grove's topology constraint: topologyName, and pack with required or preferred",
          'write it in that form',
        ),
      ];
}

function isTopology(constraint: JsonObject): boolean {
  const isText = (value: unknown) => value === undefined || value === null || typeof value === 'string';
  const { pack } = constraint;
  const isPack =
    pack === undefined || pack === null || (isObject(pack) && isText(pack.required) && isText(pack.preferred));
  return isText(constraint.topologyName) && isText(constraint.packDomain) && isPack;
}
