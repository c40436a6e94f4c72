import { stringAt } from '../../api/index.ts';
import type { FieldPath } from '../field-path.ts';
import type { Violation } from '../finding.ts';
import { COMPONENTS, GRAPHS, type Rule, violation, when } from '../rule.ts';
import { isSemanticVersion } from '../semantic-version.ts';
import { type Subject, WORKLOAD_PROVIDER } from '../subject.ts';

const EXECUTOR_BACKEND = 'nvidia.com/vllm-distributed-executor-backend';
const DISCOVERY_MODE = 'nvidia.com/dynamo-kube-discovery-mode';

/** Annotations that the operator reads as settings. */
export const annotationRules: readonly Rule[] = [
  {
    id: 'annotation-origin-version',
    title: 'The origin version is a semantic version',
    ...{ severity: 'error', stage: 'webhook', on: 'both', kinds: GRAPHS },
    check: (subject) =>
      bad(
        subject,
        'nvidia.com/dynamo-operator-origin-version',
        isSemanticVersion,
        'is no semantic version',
        'remove it: the operator writes it',
      ),
  },
  {
    id: 'annotation-executor-backend',
    title: "vLLM's distributed executor is mp or ray",
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'both', kinds: COMPONENTS },
    check: (subject) => {
      const isKnown = (value: string) => ['mp', 'ray'].includes(value.toLowerCase());
      const ofServices = subject.components.flatMap((component) => {
        if (component.apiVersion !== 'v1alpha1') return [];
        const value = stringAt(component.body, 'annotations', EXECUTOR_BACKEND);
        const path = [...component.place.path, 'annotations', { key: EXECUTOR_BACKEND }];
        return when(value !== undefined && !isKnown(value), () => executorBackend(path, value));
      });
      const value =
        subject.kind === 'DynamoGraphDeployment' ? stringAt(subject.annotations, EXECUTOR_BACKEND) : undefined;
      return [
        ...when(value !== undefined && !isKnown(value), () => executorBackend(annotationPath(EXECUTOR_BACKEND), value)),
        ...ofServices,
      ];
    },
  },
  {
    id: 'annotation-update-strategy',
    title: "Grove's update strategy is RollingRecreate or OnDelete",
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'both', kinds: GRAPHS },
    check: (subject) =>
      bad(
        subject,
        'nvidia.com/grove-update-strategy',
        among('RollingRecreate', 'OnDelete'),
        'is neither RollingRecreate nor OnDelete',
        'write one of them, in this case',
      ),
  },
  {
    id: 'annotation-discovery-mode',
    title: 'The discovery mode is pod or container, and container with intra-pod failover',
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'both', kinds: GRAPHS },
    check: (subject) => [
      ...bad(subject, DISCOVERY_MODE, among('pod', 'container'), 'is neither pod nor container', 'write one of them'),
      ...when(needsContainers(subject), () =>
        violation(
          { path: annotationPath(DISCOVERY_MODE) },
          'intra-pod failover runs two engines in one pod, which are found by container only',
          `set the annotation ${DISCOVERY_MODE} to container`,
        ),
      ),
    ],
  },
  {
    id: 'workload-provider-unknown',
    title: 'The stored workload provider is one that the operator has',
    ...{ severity: 'error', stage: 'webhook', since: '1.5.0', on: 'update', kinds: GRAPHS },
    check: (subject) =>
      bad(
        subject,
        WORKLOAD_PROVIDER,
        among('component', 'grove'),
        'is neither component nor grove',
        'leave it as the operator wrote it',
      ),
  },
  {
    id: 'workload-provider-owned',
    title: 'The workload provider is written by the operator, once',
    ...{ severity: 'error', stage: 'webhook', since: '1.5.0', on: 'update', kinds: GRAPHS },
    check: ({ annotations, old, requester }) => {
      const before = stringAt(old?.annotations, WORKLOAD_PROVIDER);
      const now = stringAt(annotations, WORKLOAD_PROVIDER);
      const place = { path: annotationPath(WORKLOAD_PROVIDER) };
      if (before === undefined) {
        return when(now !== undefined && requester !== 'operator', () =>
          violation(place, 'only the operator may add this annotation', 'remove it from the manifest'),
        );
      }
      return when(now !== before, () =>
        violation(
          place,
          `goes from "${before}" to ${now === undefined ? 'absent' : `"${now}"`}, and it is immutable; a replace of the whole object drops it and is refused`,
          'apply the object on the server side, which keeps what the operator wrote',
        ),
      );
    },
  },
];

function needsContainers({ components, annotations }: Subject): boolean {
  const isConfigured = components.some(({ failover }) => failover?.mode === 'intra-pod');
  return isConfigured && stringAt(annotations, DISCOVERY_MODE) !== 'container';
}

function bad(
  { annotations }: Subject,
  key: string,
  isGood: (value: string) => boolean,
  what: string,
  help: string,
): readonly Violation[] {
  const value = stringAt(annotations, key);
  return when(value !== undefined && !isGood(value), () =>
    violation({ path: annotationPath(key) }, `"${value}" ${what}`, help),
  );
}

function executorBackend(path: FieldPath, value: string | undefined): Violation {
  return violation({ path }, `"${value}" is neither mp nor ray`, 'write one of them');
}

export function annotationPath(key: string): FieldPath {
  return ['metadata', 'annotations', { key }];
}

function among(...values: readonly string[]): (value: string) => boolean {
  return (value) => values.includes(value);
}
