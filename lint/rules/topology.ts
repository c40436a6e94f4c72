import { canonicalJson, isAtLeast, isDnsSubdomain, type JsonObject, objectAt, stringAt } from '../../api/index.ts';
import type { FieldPath } from '../field-path.ts';
import type { Violation } from '../finding.ts';
import { COMPONENTS, GRAPHS, type Rule, violation, when } from '../rule.ts';
import type { ObjectState, Subject } from '../subject.ts';
import { isOnGrove } from './replicas.ts';
import { eachPair } from './services.ts';

const CONSTRAINT: FieldPath = ['spec', 'topologyConstraint'];
const POLICY: FieldPath = ['spec', 'experimental', 'kvTransferPolicy'];
const RECREATE = 'keep it, or delete and create the object anew';

/** Where pods are packed, and where a cache may travel. */
export const topologyRules: readonly Rule[] = [
  {
    id: 'topology-constraint',
    title: "A component's topology constraint needs the graph's, and one of them a domain",
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'both', kinds: GRAPHS },
    check: ({ spec, components }) => {
      const constraint = objectAt(spec, 'topologyConstraint');
      const isOnComponent = components.some(({ body }) => body.topologyConstraint !== undefined);
      return [
        ...when(constraint === undefined && isOnComponent, () =>
          violation(
            { path: CONSTRAINT },
            'a component has a topology constraint and the graph has none, so the topology is not named',
            'add spec.topologyConstraint with the name of the topology',
          ),
        ),
        ...when(constraint !== undefined && (stringAt(constraint, 'packDomain') ?? '') === '' && !isOnComponent, () =>
          violation(
            { path: [...CONSTRAINT, 'packDomain'] },
            'no domain is given, neither here nor on a component',
            'set packDomain here or on a component',
          ),
        ),
      ];
    },
  },
  {
    id: 'topology-binding',
    title: 'The topology exists in the cluster, and a component packs at least as tight as the graph',
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'create', kinds: GRAPHS },
    check: bindingViolations,
  },
  {
    id: 'topology-immutable',
    title: 'Topology constraints do not change after creation',
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'update', kinds: COMPONENTS },
    check: (subject) => [
      ...when(subject.kind === 'DynamoGraphDeployment' && graphTopology(subject) !== graphTopology(subject.old), () =>
        violation(
          { path: CONSTRAINT },
          'is added, removed or changed, and it is fixed when the graph is created',
          RECREATE,
        ),
      ),
      ...(isAtLeast(subject.operator, '1.1.0')
        ? eachPair(subject, (now, before) =>
            when(
              stringAt(now.body, 'topologyConstraint', 'packDomain') !==
                stringAt(before.body, 'topologyConstraint', 'packDomain'),
              () =>
                violation(
                  now.at(['topologyConstraint']),
                  'is added, removed or changed, and it is fixed when the object is created',
                  RECREATE,
                ),
            ),
          )
        : []),
    ],
  },
  {
    id: 'kv-transfer-policy',
    title: 'A transfer policy has one selector, and a weight exactly with preferred enforcement',
    ...{ severity: 'error', stage: 'schema', since: '1.1.0', on: 'both', kinds: GRAPHS },
    check: ({ spec }) => policyViolations(objectAt(spec, 'experimental', 'kvTransferPolicy')),
  },
  {
    id: 'kv-transfer-topology',
    title: 'The topology of a transfer policy is a valid name, on Grove, and in the cluster',
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'both', kinds: GRAPHS },
    check: (subject) => {
      const policy = objectAt(subject.spec, 'experimental', 'kvTransferPolicy');
      const name = stringAt(policy, 'clusterTopologyName');
      if (name === undefined || name === '') return [];
      const path = [...POLICY, 'clusterTopologyName'];
      if (!isDnsSubdomain(name))
        return [
          violation(
            { path },
            `"${name}" is no name of a Kubernetes object`,
            'use lower-case letters, digits, dashes and dots',
          ),
        ];
      if (!isOnGrove(subject))
        return [
          violation(
            { path },
            'a topology is known on Grove only, and the graph does not run on it',
            'select by labelKey',
          ),
        ];
      const domains = subject.old === undefined ? topologyDomains(subject, name) : undefined;
      if (domains === 'unknown' || domains === undefined) return [];
      if (domains === 'absent') return [notFound(path, name)];
      return when(!domains.includes(stringAt(policy, 'domain') ?? ''), () =>
        noDomain([...POLICY, 'domain'], name, domains),
      );
    },
  },
  {
    id: 'kv-transfer-immutable',
    title: 'The transfer policy does not change after creation',
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'update', kinds: GRAPHS },
    check: ({ spec, old }) => {
      const of = (state: JsonObject | undefined) =>
        canonicalJson(objectAt(state, 'experimental', 'kvTransferPolicy') ?? null);
      return when(of(spec) !== of(old?.spec), () =>
        violation(
          { path: POLICY },
          'is added, removed or changed, and it is fixed when the graph is created',
          RECREATE,
        ),
      );
    },
  },
];

/** Both versions' names for the topology, in one form. */
function graphTopology(state: ObjectState | undefined): string {
  const constraint = objectAt(state?.spec, 'topologyConstraint');
  const name = stringAt(constraint, 'clusterTopologyName') ?? stringAt(constraint, 'topologyProfile');
  return constraint === undefined ? '' : canonicalJson([name ?? null, stringAt(constraint, 'packDomain') ?? null]);
}

function policyViolations(policy: JsonObject | undefined): readonly Violation[] {
  if (policy === undefined) return [];
  const [hasKey, hasTopology] = [policy.labelKey !== undefined, policy.clusterTopologyName !== undefined];
  const isPreferred = policy.enforcement === 'preferred';
  const hasWeight = policy.preferredWeight !== undefined;
  const prefix = (stringAt(policy, 'labelKey') ?? '').split('/').slice(0, -1).join('/');
  return [
    ...when(hasKey === hasTopology, () =>
      violation(
        { path: POLICY },
        `has ${hasKey ? 'both' : 'neither'} labelKey ${hasKey ? 'and' : 'nor'} clusterTopologyName; exactly one selects the domain`,
        'keep one of them',
      ),
    ),
    ...when(isPreferred && !hasWeight, () =>
      violation(
        { path: POLICY },
        'enforcement is preferred, and nothing says how much',
        'set preferredWeight, from 0 to 1',
      ),
    ),
    ...when(!isPreferred && hasWeight, () =>
      violation(
        { path: POLICY },
        'preferredWeight is set, and enforcement is not preferred',
        'remove it, or set enforcement: preferred',
      ),
    ),
    ...when(prefix.length > 253, () =>
      violation(
        { path: [...POLICY, 'labelKey'] },
        `has a prefix of ${prefix.length} characters, and 253 are taken`,
        'shorten it',
      ),
    ),
  ];
}

function bindingViolations(subject: Subject): readonly Violation[] {
  const constraint = objectAt(subject.spec, 'topologyConstraint');
  const field = subject.apiVersion === 'v1beta1' ? 'clusterTopologyName' : 'topologyProfile';
  const name = stringAt(constraint, field);
  if (name === undefined || !isOnGrove(subject)) return [];
  const domains = topologyDomains(subject, name);
  if (domains === 'unknown') return [];
  if (domains === 'absent') {
    return [{ ...notFound([...CONSTRAINT, field], name), operatorPath: [...CONSTRAINT, 'clusterTopologyName'] }];
  }
  const domain = stringAt(constraint, 'packDomain');
  const rank = domain === undefined ? -1 : domains.indexOf(domain);
  return [
    ...when(domain !== undefined && rank < 0, () => noDomain([...CONSTRAINT, 'packDomain'], name, domains)),
    ...subject.components.flatMap((component) => {
      const own = stringAt(component.body, 'topologyConstraint', 'packDomain');
      if (own === undefined) return [];
      const place = component.at(['topologyConstraint', 'packDomain']);
      if (!domains.includes(own)) return [{ ...noDomain([], name, domains), ...place }];
      return when(domains.indexOf(own) < rank, () =>
        violation(place, `"${own}" is broader than the graph's "${domain}"`, `pack at "${domain}" or tighter`),
      );
    }),
  ];
}

function topologyDomains({ cluster }: Subject, name: string): readonly string[] | 'absent' | 'unknown' {
  if (cluster.topologies === undefined) return 'unknown';
  return Object.hasOwn(cluster.topologies, name) ? (cluster.topologies[name] ?? 'absent') : 'absent';
}

function notFound(path: FieldPath, name: string): Violation {
  return violation(
    { path },
    `the cluster has no ClusterTopologyBinding "${name}"`,
    'create it first, or name one that is there',
  );
}

function noDomain(path: FieldPath, name: string, domains: readonly string[]): Violation {
  return violation({ path }, `the topology "${name}" has no such domain`, `write one of ${domains.join(', ')}`);
}
