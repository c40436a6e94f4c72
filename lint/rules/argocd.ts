import { type JsonObject, showJson, stringAt } from '../../api/index.ts';
import { itemsAt } from '../component.ts';
import { type Delivery, sourcesOf } from '../delivery.ts';
import { type EditedField, editedFields } from '../edited-fields.ts';
import type { FieldPath } from '../field-path.ts';
import type { Fix } from '../fix.ts';
import {
  annotationOf,
  type Fleet,
  type FleetGraph,
  type FleetRule,
  type FleetViolation,
  shownObject,
} from '../fleet.ts';
import { ignoredBy } from '../ignored-differences.ts';
import { violation } from '../rule.ts';
import { annotationPath } from './annotations.ts';

const SYNC_OPTIONS = 'argocd.argoproj.io/sync-options';
const COMPARE_OPTIONS = 'argocd.argoproj.io/compare-options';
const HOOK = 'argocd.argoproj.io/hook';
const SKIP_RECONCILE = 'argocd.argoproj.io/skip-reconcile';
const SERVER_SIDE = 'use ServerSideApply=true';

/** What Argo CD does to a graph, told from its Applications and ApplicationSets and from annotations on what they deliver. */
export const argoCdRules: readonly FleetRule[] = [
  {
    id: 'argocd-replace',
    title: 'What delivers a graph does not replace objects, which drops what the operator wrote on them',
    edit: '`ServerSideApply=true` in place of `Replace=true` and `Force=true`, where it delivers a graph',
    ...{ severity: 'error', about: 'Argo CD' },
    check: (fleet) => [
      ...applications(fleet).flatMap((delivery) => {
        const [graph] = graphsOf(fleet, delivery);
        if (graph === undefined && (delivery.isSeen || isOfCharts(delivery))) return [];
        return syncOptions(delivery).flatMap(({ option, path }) =>
          isReplacing(option)
            ? [
                {
                  of: delivery.of,
                  ...violation(
                    { path },
                    `${delivery.shown} has ${option}${forGraph(graph)}: ${REPLACED}`,
                    SERVER_SIDE,
                    // What it delivers is not known, so that nobody can say whether replacing is wanted.
                    ...(graph === undefined ? [] : [insteadOfReplacing(delivery, path)]),
                  ),
                  ...(graph === undefined ? ({ severity: 'warning' } as const) : {}),
                },
              ]
            : [],
        );
      }),
      ...fleet.graphs.flatMap(({ of }) => {
        const option = optionsOf(of.object, SYNC_OPTIONS).find(isReplacing);
        return option === undefined
          ? []
          : [{ of, ...violation({ path: annotationPath(SYNC_OPTIONS) }, `${option}: ${REPLACED}`, SERVER_SIDE) }];
      }),
    ],
  },
  {
    id: 'argocd-client-side-apply',
    title:
      "A v1beta1 graph is applied on the server side, since a client's merge puts its whole list of components anew",
    ...{ severity: 'error', about: 'Argo CD' },
    check: (fleet) =>
      applications(fleet).flatMap((delivery) => {
        const isServerSide = syncOptions(delivery).some(({ option }) => option === 'ServerSideApply=true');
        return graphsOf(fleet, delivery).flatMap((graph) => {
          const own = optionsOf(graph.of.object, SYNC_OPTIONS);
          const isApplied = own.includes('ServerSideApply=true') || (isServerSide && !own.includes(NOT_SERVER_SIDE));
          if (isApplied || graph.components.every(({ apiVersion }) => apiVersion === 'v1alpha1')) return [];
          return [clientSide(delivery, graph, isServerSide)];
        });
      }),
  },
  {
    id: 'argocd-ignored-edit',
    title: 'What is edited to scale a service is not among the differences that an Application ignores',
    ...{ severity: 'error', about: 'Argo CD' },
    check: (fleet) => applications(fleet).flatMap((delivery) => ignoredEdits(fleet, delivery)),
  },
  {
    id: 'argocd-ignored-list',
    title: 'Ignored differences inside of a list of components are not kept out of the sync',
    ...{ severity: 'error', about: 'Argo CD' },
    check: (fleet) =>
      applications(fleet).flatMap((delivery) => {
        if (!respectsIgnored(delivery)) return [];
        return graphsOf(fleet, delivery).flatMap((graph) => ignoredLists(delivery, graph));
      }),
  },
  {
    id: 'argocd-hook',
    title: 'A graph is no hook: Argo CD deletes and creates hooks anew, or leaves them out',
    ...{ severity: 'error', about: 'Argo CD' },
    check: ({ graphs }) =>
      graphs.flatMap(({ of }) => {
        const hook = annotationOf(of.object, HOOK);
        if (hook === undefined) return [];
        const message =
          hook === 'Skip'
            ? 'Argo CD never applies what has this annotation: a merge changes nothing'
            : `as a ${hook} hook the graph is deleted and created anew with each sync, and all that serves goes with it`;
        return [{ of, ...violation({ path: annotationPath(HOOK) }, message, 'remove it') }];
      }),
  },
  {
    id: 'argocd-skip-reconcile',
    title: 'An Application that delivers a graph is reconciled',
    ...{ severity: 'warning', about: 'Argo CD' },
    check: (fleet) =>
      applications(fleet).flatMap((delivery) => {
        const [graph] = graphsOf(fleet, delivery);
        if (annotationOf(delivery.body, SKIP_RECONCILE) !== 'true') return [];
        if (graph === undefined && (delivery.isSeen || isOfCharts(delivery))) return [];
        const path = [...delivery.at, ...annotationPath(SKIP_RECONCILE)];
        const message = `${delivery.shown} is not looked at by Argo CD${forGraph(graph)}: a merge changes nothing`;
        return [
          {
            of: delivery.of,
            ...violation({ path }, message, 'remove it once the pause is over'),
            ...(graph === undefined ? ({ severity: 'info' } as const) : {}),
          },
        ];
      }),
  },
  {
    id: 'argocd-ignore-extraneous',
    title: 'A graph that left Git is not passed over in silence',
    ...{ severity: 'warning', about: 'Argo CD' },
    check: ({ graphs }) =>
      graphs.flatMap(({ of }) =>
        optionsOf(of.object, COMPARE_OPTIONS).includes('IgnoreExtraneous')
          ? [
              {
                of,
                ...violation(
                  { path: annotationPath(COMPARE_OPTIONS) },
                  'once it is removed from Git, the Application still shows Synced, and the graph keeps its GPUs',
                  'remove IgnoreExtraneous',
                ),
              },
            ]
          : [],
      ),
  },
];

const NOT_SERVER_SIDE = 'ServerSideApply=false';
const REPLACED =
  'a graph that is written whole loses what the operator noted on it, which its webhook refuses, or is deleted with its claims';

function applications({ deliveries }: Fleet): readonly Delivery[] {
  return deliveries.filter(({ tool }) => tool === 'argocd');
}

/** Charts of a registry install other things than graphs of this repository. */
function isOfCharts({ body }: Delivery): boolean {
  const sources = sourcesOf(body);
  return sources.length > 0 && sources.every(({ chart }) => chart !== undefined);
}

export function graphsOf({ graphAt }: Fleet, { objects }: Delivery): readonly FleetGraph[] {
  return objects.flatMap((of) => graphAt.get(of) ?? []);
}

export function forGraph(graph: FleetGraph | undefined): string {
  return graph === undefined ? '' : `, and delivers ${shownObject(graph.of)}`;
}

function syncOptions({ body, at }: Delivery): readonly { readonly option: string; readonly path: FieldPath }[] {
  return itemsAt(body, 'spec', 'syncPolicy', 'syncOptions').flatMap((option, index) =>
    typeof option === 'string' ? [{ option, path: [...at, 'spec', 'syncPolicy', 'syncOptions', index] }] : [],
  );
}

/** The first of the options becomes the one that is wanted, where that is not there yet. */
function insteadOfReplacing(delivery: Delivery, path: FieldPath): Fix {
  const options = syncOptions(delivery);
  const first = options.find(({ option }) => isReplacing(option));
  const isThere = options.some(({ option }) => option === 'ServerSideApply=true');
  return first?.path.join() === path.join() && !isThere
    ? { kind: 'set', path, value: 'ServerSideApply=true' }
    : { kind: 'remove', path };
}

function isReplacing(option: string): boolean {
  return option === 'Replace=true' || option === 'Force=true';
}

/** Options of an annotation, which are written with commas between them. */
function optionsOf(object: JsonObject, key: string): readonly string[] {
  return (annotationOf(object, key) ?? '').split(',').map((option) => option.trim());
}

function clientSide(delivery: Delivery, graph: FleetGraph, isServerSide: boolean): FleetViolation {
  const owned = graph.components.filter(({ hasAdapter, replicas }) => hasAdapter || replicas === undefined);
  const names = owned.map(({ name }) => `"${name}"`).join(', ');
  const what =
    owned.length === 0
      ? 'fields that the operator filled in are dropped with each sync'
      : `the live count of ${names} is dropped with each sync, and counts as 1${owned.some(({ hasAdapter }) => hasAdapter) ? ', which the webhook refuses where an adapter owns it' : ''}`;
  const place = isServerSide
    ? { of: graph.of, path: annotationPath(SYNC_OPTIONS) }
    : { of: delivery.of, path: [...delivery.at, 'spec', 'syncPolicy', 'syncOptions'] };
  return {
    ...place,
    message: `${delivery.shown} applies ${shownObject(graph.of)} on the client side, where a list is sent whole: ${what}`,
    help: 'add ServerSideApply=true to syncOptions',
    ...(owned.length === 0 ? { severity: 'warning' } : {}),
  };
}

function respectsIgnored(delivery: Delivery): boolean {
  return syncOptions(delivery).some(({ option }) => option === 'RespectIgnoreDifferences=true');
}

function ignoredEdits(fleet: Fleet, delivery: Delivery): readonly FleetViolation[] {
  const entries = itemsAt(delivery.body, 'spec', 'ignoreDifferences');
  if (entries.length === 0) return [];
  const isLeftOut = respectsIgnored(delivery);
  // An entry with a name says itself what it means, also where the folder is not among the files.
  const meant = delivery.isSeen ? delivery.objects : fleet.objects.filter(({ object }) => isNamed(entries, object));
  const hidden = new Map<
    string,
    { readonly fields: EditedField[]; readonly isSure: boolean; readonly path: FieldPath }
  >();
  for (const field of editedFields(fleet, meant)) {
    const ignored = ignoredBy(entries, field);
    if (ignored === undefined) continue;
    const key = `${showJson([...ignored.path].map(String))} ${field.of.shown}`;
    const before = hidden.get(key);
    if (before !== undefined) before.fields.push(field);
    else hidden.set(key, { fields: [field], isSure: ignored.hides === 'yes', path: ignored.path });
  }
  return [...hidden.values()].flatMap(({ fields, isSure, path }) => {
    const [first] = fields;
    if (first === undefined) return [];
    const which = `${fields.map(({ shown }) => shown).join(', ')} of ${shownObject(first.of)}`;
    const then = isLeftOut
      ? 'no sync applies what is merged there'
      : 'a merge that changes it alone shows as Synced, and starts no sync';
    return [
      {
        of: delivery.of,
        path: [...delivery.at, 'spec', 'ignoreDifferences', ...path],
        message: `${delivery.shown} ${isSure ? 'hides' : 'may hide'} ${which}: ${then}`,
        help: 'ignore only counts that a scaling adapter owns, each by its name',
        // A count that only people edit may be left to the cluster on purpose.
        ...(isSure && fields.some(({ isPlanned }) => isPlanned) ? {} : { severity: 'warning' as const }),
      },
    ];
  });
}

function isNamed(entries: readonly unknown[], object: JsonObject): boolean {
  const name = stringAt(object, 'metadata', 'name');
  return name !== undefined && entries.some((entry) => stringAt(entry, 'name') === name);
}

/** In a list of a custom resource Argo CD puts the live list in place of the manifest's (argo-cd#17694, open). */
function ignoredLists(delivery: Delivery, { of, components }: FleetGraph): readonly FleetViolation[] {
  if (!components.some(({ apiVersion }) => apiVersion === 'v1beta1')) return [];
  return components.slice(0, 1).flatMap(() => {
    const entries = itemsAt(delivery.body, 'spec', 'ignoreDifferences');
    const path = components.flatMap((component) => {
      const field = { of, path: [...plain(component.place.path), 'replicas'] };
      const found = ignoredBy(entries, field);
      return found === undefined || found.path.includes('managedFieldsManagers') ? [] : [found.path];
    })[0];
    if (path === undefined) return [];
    return [
      {
        of: delivery.of,
        path: [...delivery.at, 'spec', 'ignoreDifferences', ...path],
        message: `${delivery.shown} has RespectIgnoreDifferences=true, and with it Argo CD sends the live list of components in place of the one in ${shownObject(of)}: no change of any component arrives (argo-cd#17694)`,
        help: 'remove RespectIgnoreDifferences, leave the counts out of the manifest, and use ServerSideApply=true',
      },
    ];
  });
}

function plain(path: FieldPath): readonly (string | number)[] {
  return path.map((step) => (typeof step === 'object' ? step.key : step));
}
