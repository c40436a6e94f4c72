import { SCALING_ADAPTER_KIND, stringAt, valueAt } from '../../api/index.ts';
import { itemsAt } from '../component.ts';
import { editedFields } from '../edited-fields.ts';
import { annotationOf, type Fleet, type FleetObject, type FleetRule, shownObject } from '../fleet.ts';
import { isPrefix, pointerSteps } from '../ignored-differences.ts';
import { isFluxTarget } from '../left-alone.ts';
import { violation } from '../rule.ts';
import { isDynamoKind } from '../schema/kinds.ts';
import { annotationPath } from './annotations.ts';
import { forGraph, graphsOf } from './argocd.ts';

const GROUP = 'kustomize.toolkit.fluxcd.io';
const SSA = `${GROUP}/ssa`;
const RECONCILE = `${GROUP}/reconcile`;
const FORCE = `${GROUP}/force`;

/** What Flux does to a graph, told from its Kustomizations and sources and from annotations on what they deliver. */
export const fluxRules: readonly FleetRule[] = [
  {
    id: 'flux-no-apply',
    title: 'What is merged is applied: no annotation takes the object out of the hands of Flux',
    ...{ severity: 'error', about: 'Flux' },
    check: (fleet) =>
      scaledObjects(fleet).flatMap((of) =>
        [
          { key: RECONCILE, value: 'disabled', effect: 'Flux never applies this object' },
          { key: SSA, value: 'ignore', effect: 'Flux never applies this object' },
          { key: SSA, value: 'ifnotpresent', effect: 'Flux applies this object only where there is none yet' },
        ].flatMap(({ key, value, effect }) =>
          annotationOf(of.object, key)?.toLowerCase() === value
            ? [
                {
                  of,
                  ...violation({ path: annotationPath(key) }, `${effect}: a merge changes nothing`, 'remove it'),
                  // An adapter whose count others write afterwards is made in this way.
                  ...(value === 'ifnotpresent' && of.object.kind === SCALING_ADAPTER_KIND
                    ? ({ severity: 'info' } as const)
                    : {}),
                },
              ]
            : [],
        ),
      ),
  },
  {
    id: 'flux-merge',
    title: 'A field that is removed in Git is removed in the cluster',
    ...{ severity: 'info', about: 'Flux' },
    check: (fleet) =>
      scaledObjects(fleet).flatMap((of) =>
        annotationOf(of.object, SSA)?.toLowerCase() === 'merge'
          ? [
              {
                of,
                ...violation(
                  { path: annotationPath(SSA) },
                  'what somebody wrote with kubectl stays, also where Git no longer has it; what Git has is applied',
                  'remove it, unless this is what you want',
                ),
              },
            ]
          : [],
      ),
  },
  {
    id: 'flux-force',
    title: 'Flux does not delete and create anew a graph whose change is refused',
    ...{ severity: 'error', about: 'Flux' },
    check: (fleet) => [
      ...kustomizations(fleet).flatMap((delivery) => {
        const [graph] = graphsOf(fleet, delivery);
        if (valueAt(delivery.body, 'spec', 'force') !== true || (graph === undefined && delivery.isSeen)) return [];
        const message = `${delivery.shown} has force: true${forGraph(graph)}: ${FORCED}`;
        return [
          {
            of: delivery.of,
            ...violation({ path: ['spec', 'force'] }, message, 'remove it'),
            ...(graph === undefined ? ({ severity: 'warning' } as const) : {}),
          },
        ];
      }),
      ...fleet.graphs.flatMap(({ of }) =>
        annotationOf(of.object, FORCE)?.toLowerCase() === 'enabled'
          ? [{ of, ...violation({ path: annotationPath(FORCE) }, FORCED, 'remove it') }]
          : [],
      ),
    ],
  },
  {
    id: 'flux-suspended',
    title: 'What delivers a graph is not suspended',
    ...{ severity: 'warning', about: 'Flux' },
    check: (fleet) => [
      ...kustomizations(fleet).flatMap((delivery) => {
        const [graph] = graphsOf(fleet, delivery);
        if (valueAt(delivery.body, 'spec', 'suspend') !== true || (graph === undefined && delivery.isSeen)) return [];
        const message = `${delivery.shown} is suspended${forGraph(graph)}: a merge changes nothing`;
        return [
          {
            of: delivery.of,
            ...violation({ path: ['spec', 'suspend'] }, message, RESUME),
            ...(graph === undefined ? ({ severity: 'info' } as const) : {}),
          },
        ];
      }),
      ...fleet.objects.flatMap((of) => {
        if (of.object.kind !== 'GitRepository' || valueAt(of.object, 'spec', 'suspend') !== true) return [];
        const message = `${shownObject(of)} is suspended: no commit arrives at what is delivered from it`;
        const isUsed = kustomizations(fleet).some((delivery) => {
          const source = stringAt(delivery.body, 'spec', 'sourceRef', 'name');
          return source === stringAt(of.object, 'metadata', 'name') && graphsOf(fleet, delivery).length > 0;
        });
        return [
          {
            of,
            ...violation({ path: ['spec', 'suspend'] }, message, RESUME),
            ...(isUsed ? {} : ({ severity: 'info' } as const)),
          },
        ];
      }),
    ],
  },
  {
    id: 'flux-ignored-edit',
    title: 'What is edited to scale a service is not among the fields that a Kustomization ignores',
    ...{ severity: 'error', about: 'Flux' },
    check: (fleet) =>
      kustomizations(fleet).flatMap((delivery) => {
        const entries = itemsAt(delivery.body, 'spec', 'ignore');
        if (entries.length === 0) return [];
        const fields = editedFields(fleet, delivery.objects);
        return entries.flatMap((entry, position) =>
          itemsAt(entry, 'paths').flatMap((path, index) => {
            const hidden =
              typeof path !== 'string'
                ? []
                : fields.filter(
                    ({ of, path: edited }) => isFluxTarget(entry, of) && isPrefix(pointerSteps(path), edited),
                  );
            const [first] = hidden;
            if (first === undefined) return [];
            const which = `${hidden.map(({ shown }) => shown).join(', ')} of ${shownObject(first.of)}`;
            const message = `${delivery.shown} leaves out ${which}: no merge changes it`;
            const place = { path: ['spec', 'ignore', position, 'paths', index] };
            // A count that only people edit may be left to the cluster on purpose.
            const severity = hidden.some(({ isPlanned }) => isPlanned) ? 'error' : 'warning';
            return [
              { of: delivery.of, severity, ...violation(place, message, 'ignore only counts that an adapter owns') },
            ];
          }),
        );
      }),
  },
];

const FORCED =
  'a change that the webhook refuses makes Flux delete the graph and create it anew, and all that serves, and each claim that the graph made, goes with it';
const RESUME = 'remove it once the pause is over';

function kustomizations({ deliveries }: Fleet) {
  return deliveries.filter(({ tool }) => tool === 'flux');
}

/** Objects whose edits scale something: Dynamo's own, and the autoscalers of graphs. */
function scaledObjects({ objects, scalers }: Fleet): readonly FleetObject[] {
  const ofScalers = new Set(scalers.map(({ of }) => of));
  return objects.filter((one) => isDynamoKind(one.object.kind) || ofScalers.has(one));
}
