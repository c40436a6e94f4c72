import {
  canonicalJson,
  imageVersion,
  isAtLeast,
  type JsonObject,
  objectAt,
  stringAt,
  valueAt,
} from '../../api/index.ts';
import type { Place } from '../component.ts';
import { type Rule, violation, when } from '../rule.ts';
import type { DynamoKind } from '../schema/kinds.ts';
import type { Subject } from '../subject.ts';

const REQUESTS: readonly DynamoKind[] = ['DynamoGraphDeploymentRequest'];
const CONFIG = ['spec', 'profilingConfig', 'config'] as const;

/** DynamoGraphDeploymentRequest: profile a model and make a graph of it. */
export const requestRules: readonly Rule[] = [
  {
    id: 'request-profiling-config',
    title: 'A request says which image profiles, and with what',
    ...{ severity: 'error', stage: 'webhook', until: '1.0.0', on: 'both', kinds: REQUESTS },
    check: ({ spec }) => [
      ...when(valueAt(spec, 'profilingConfig', 'profilerImage') === '', () =>
        violation({ path: ['spec', 'profilingConfig', 'profilerImage'] }, 'is empty', 'set the image that profiles'),
      ),
      ...when(spec.profilingConfig !== undefined && valueAt(spec, 'profilingConfig', 'config') === undefined, () =>
        violation(
          { path: CONFIG },
          'is required by the webhook, though the schema lets it out',
          'set it, if only to {}',
        ),
      ),
    ],
  },
  {
    id: 'request-gpu-range',
    title: 'The least number of GPUs per engine is at most the greatest',
    ...{ severity: 'error', stage: 'webhook', until: '1.0.0', on: 'both', kinds: REQUESTS },
    check: ({ spec }) => {
      const engine = objectAt(spec, 'profilingConfig', 'config', 'engine');
      const [least, most] = [engine?.minNumGpusPerEngine, engine?.maxNumGpusPerEngine];
      return when(typeof least === 'number' && typeof most === 'number' && least > most, () =>
        violation(
          { path: CONFIG },
          `engine asks for at least ${String(least)} and at most ${String(most)} GPUs`,
          'swap the two',
        ),
      );
    },
  },
  {
    id: 'request-hardware',
    title: 'Where GPUs are not discovered, the request describes them',
    ...{ severity: 'error', stage: 'webhook', on: 'both', kinds: REQUESTS },
    check: (subject) => {
      const needs = (spec: JsonObject | undefined) =>
        subject.cluster.gpuDiscovery === false && !describesHardware(spec, subject);
      // On update only a change for the worse is refused from 1.5 on.
      const isOldNews = subject.old !== undefined && isAtLeast(subject.operator, '1.5.0') && needs(subject.old.spec);
      return when(needs(subject.spec) && !isOldNews, () =>
        violation(
          hardwarePlace(subject),
          'the operator may not look at the nodes, so somebody has to say which GPUs there are',
          'describe the hardware, or switch GPU discovery on',
        ),
      );
    },
  },
  {
    id: 'request-thorough-backend',
    title: 'A thorough search is for one backend',
    ...{ severity: 'error', stage: 'webhook', since: '1.2.0', on: 'both', kinds: REQUESTS },
    check: ({ spec, old }) => {
      const clashes = (one: JsonObject | undefined) => one?.searchStrategy === 'thorough' && one.backend === 'auto';
      return when(clashes(spec) && !clashes(old?.spec), () =>
        violation(
          { path: ['spec', 'searchStrategy'] },
          'a thorough search does not go with backend "auto"',
          'name the backend',
        ),
      );
    },
  },
  {
    id: 'request-image-version',
    title: "A request's image tag is a version, or runtimeVersionOverride says which",
    ...{ severity: 'error', stage: 'webhook', since: '1.4.0', on: 'both', kinds: REQUESTS },
    check: ({ spec, old }) => {
      const isTouched =
        old === undefined ||
        imageOf(spec) !== imageOf(old.spec) ||
        spec.runtimeVersionOverride !== old.spec.runtimeVersionOverride ||
        (old.spec.autoApply === false && spec.autoApply !== false);
      const image = imageOf(spec);
      const isUnknown =
        image !== '' && (stringAt(spec, 'runtimeVersionOverride') ?? '') === '' && imageVersion(image) === undefined;
      return when(isTouched && isUnknown, () => ({
        ...violation(
          { path: ['spec', 'runtimeVersionOverride'] },
          `"${image}" has no tag that is a version`,
          'use a version as the tag, or set runtimeVersionOverride',
        ),
        shownAt: ['spec', 'image'],
      }));
    },
  },
  {
    id: 'request-frozen',
    title: 'A request does not change while it is worked on',
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'update', kinds: REQUESTS },
    check: frozen,
  },
  {
    id: 'request-overwritten',
    title: 'What the request itself says wins over the profiling config',
    ...{ severity: 'warning', stage: 'webhook', until: '1.0.0', on: 'both', kinds: REQUESTS },
    check: ({ spec }) => {
      const pairs = [
        { field: 'backend', steps: ['engine', 'backend'] },
        { field: 'model', steps: ['deployment', 'model'] },
      ];
      return pairs.flatMap(({ field, steps }) => {
        const written = stringAt(spec, 'profilingConfig', 'config', ...steps);
        return when(written !== undefined && written !== '' && written !== spec[field], () =>
          violation(
            { path: [...CONFIG, ...steps] },
            `is "${written}", and spec.${field} overwrites it with "${stringAt(spec, field) ?? ''}"`,
            'remove it here',
          ),
        );
      });
    },
  },
  {
    id: 'request-discovery-deprecated',
    title: 'enableGpuDiscovery has no effect',
    ...{ severity: 'warning', stage: 'webhook', on: 'both', kinds: REQUESTS },
    check: ({ spec }) =>
      when(spec.enableGpuDiscovery !== undefined, () =>
        violation({ path: ['spec', 'enableGpuDiscovery'] }, 'is deprecated and has no effect', 'remove it'),
      ),
  },
];

function hardwarePlace({ apiVersion, operator }: Subject): Place {
  if (apiVersion === 'v1beta1') return { path: ['spec', 'hardware'] };
  return { path: CONFIG, ...(isAtLeast(operator, '1.5.0') ? { operatorPath: ['spec', 'hardware'] } : {}) };
}

function imageOf(spec: JsonObject): string {
  return stringAt(spec, 'image') ?? stringAt(spec, 'profilingConfig', 'profilerImage') ?? '';
}

function describesHardware(spec: JsonObject | undefined, { apiVersion }: Subject): boolean {
  if (apiVersion === 'v1beta1') return Object.keys(objectAt(spec, 'hardware') ?? {}).length > 0;
  const config = objectAt(spec, 'profilingConfig', 'config');
  const engine = objectAt(config, 'engine');
  const isPositive = (value: unknown) => typeof value === 'number' && value > 0;
  const hardware = objectAt(config, 'hardware') ?? {};
  return (
    ['gpuModel', 'gpuVramMib', 'numGpusPerNode'].some((field) => hardware[field] !== undefined) ||
    (isPositive(engine?.minNumGpusPerEngine) && isPositive(engine?.maxNumGpusPerEngine))
  );
}

/** Before a request that waits for its approval is applied, its runtime version may be filled in, and it may be approved. */
function frozen({ spec, old, operator }: Subject) {
  const phase = stringAt(old?.status, 'phase') ?? '';
  const phases = isAtLeast(operator, '1.5.0')
    ? ['Profiling', 'Ready', 'Deploying', 'Deployed']
    : ['Profiling', 'Deploying', 'Deployed'];
  if (old === undefined || !phases.includes(phase) || canonicalJson(spec) === canonicalJson(old.spec)) return [];
  const isDeferred =
    old.spec.autoApply === false && (phase === 'Ready' || (phase === 'Profiling' && spec.autoApply === false));
  const rest = ({ autoApply: _approved, runtimeVersionOverride: _version, ...others }: JsonObject) =>
    canonicalJson(others);
  const isVersionKept =
    spec.runtimeVersionOverride === old.spec.runtimeVersionOverride || (old.spec.runtimeVersionOverride ?? '') === '';
  if (isAtLeast(operator, '1.5.0') && isDeferred && isVersionKept && rest(spec) === rest(old.spec)) return [];
  return [
    violation(
      { path: ['spec'] },
      `the request is ${phase}, and its spec is fixed until it is deleted`,
      'delete and create the request anew',
    ),
  ];
}
