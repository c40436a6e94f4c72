import {
  effectiveReplicas,
  formatPath,
  isNamedBy,
  type Problem,
  type ReplicaOwner,
  SCHEMA_VERSION,
  type Scaler,
} from '../../api/index.ts';
import { code, type Paint, printMarkdown, type Report, visibleText } from '../../report/index.ts';
import type { CommandRunner } from '../command.ts';
import { loadConfig } from '../load-config.ts';
import { done, failed } from '../outcome.ts';
import { type GraphTargets, type LoadedFleet, loadFleet } from '../plan/load-fleet.ts';
import type { ConsideredNumber, ServiceTarget } from '../plan/located-numbers.ts';

/** Says of every planned service which number a proposal would edit, who owns it, and why it is that one. Writes nothing. */
export const runExplainTarget: CommandRunner<Record<never, never>> = async (_input, { cwd }) => {
  const config = await loadConfig(cwd);
  if (!config.ok) return failed(config.error);
  const fleet = await loadFleet(cwd, config.value.config);
  if (!fleet.ok) return failed(fleet.error);
  const { deployments } = config.value.config;
  const unknown = deployments.flatMap((deployment, index): readonly Problem[] => {
    const isFound = fleet.value.targets.some(({ graph: { view, policy } }) =>
      isNamedBy(deployment, { name: view.name, namespace: view.namespace, environment: policy?.environment }),
    );
    const message = `no manifest makes a graph "${deployment.name}" there`;
    return isFound ? [] : [{ code: 'not-found', path: `deployments[${index}]`, message }];
  });
  return done(
    explainTargetReport(rowsOf(fleet.value), [
      ...unknown.map(({ path, message }) => `${path}: ${message}`),
      ...fleet.value.notes,
    ]),
  );
};

/** One service, and where its number is or why it is nowhere. */
interface TargetRow {
  readonly graph: string;
  readonly renderedBy: string | undefined;
  readonly service: string;
  readonly owner: string;
  readonly replicas: number | undefined;
  readonly locations: readonly { readonly file: string; readonly line: number; readonly path: string }[];
  /** Why the number is there, or why there is none to edit. */
  readonly why: string;
  readonly considered: readonly ConsideredNumber[];
}

function rowsOf({ targets }: LoadedFleet): readonly TargetRow[] {
  return targets.flatMap(({ graph, services }) =>
    graph.view.services.map((service): TargetRow => {
      const owner = graph.owners.get(service.name);
      const target = services.find((one) => one.service === service.name);
      const number = target?.number;
      return {
        graph: [graph.view.namespace, graph.view.name].filter((part) => part !== undefined).join('/'),
        renderedBy: graph.build?.name,
        service: service.name,
        owner: ownerText(owner),
        replicas: effectiveReplicas(service.replicas),
        locations:
          number?.kind === 'located'
            ? number.locations.map(({ file, line, path }) => ({ file, line, path: formatPath(path) }))
            : [],
        why: whyText(graph, owner, target),
        considered: target?.considered ?? [],
      };
    }),
  );
}

const KINDS: { readonly [kind in Scaler['kind']]: string } = {
  hpa: 'HorizontalPodAutoscaler',
  keda: 'ScaledObject',
  adapter: 'DynamoGraphDeploymentScalingAdapter',
};

function ownerText(owner: ReplicaOwner | undefined): string {
  switch (owner?.kind) {
    case 'graph':
      return 'the graph';
    case 'autoscaler':
    case 'adapter':
      return `${KINDS[owner.scaler.kind]} "${owner.scaler.name}"`;
    case 'nobody':
    case undefined:
      return 'nobody';
  }
}

function whyText(
  graph: GraphTargets['graph'],
  owner: ReplicaOwner | undefined,
  target: ServiceTarget | undefined,
): string {
  if (owner?.kind === 'nobody') return `refused: ${owner.reason}`;
  if (target === undefined) return 'refused: its number is in no manifest';
  if (target.number.kind === 'refused') return `refused: ${target.number.reason}`;
  if (target.means === 'config') return 'dynamo-gitops.yaml maps it there';
  const pin = target.number.locations.length > 1 ? ', edited together with the pin that it is rendered from' : '';
  if (target.renderedBy === undefined || target.means === undefined) {
    const what = owner?.kind === 'graph' ? 'its own document' : `the document of ${ownerText(owner)}`;
    return `${what}, which reaches the cluster as it is written${pin}`;
  }
  const proof = 'rendered with another number there, this one changes and nothing else does';
  return `${MEANS[target.means]} in what ${graph.build?.name ?? target.renderedBy} renders; ${proof}${pin}`;
}

const MEANS: { readonly [means in NonNullable<Exclude<ServiceTarget['means'], 'config'>>]: string } = {
  manifest: 'the manifest, which nothing writes over,',
  'strategic merge patch': 'a strategic merge patch',
  'JSON patch': 'a JSON patch',
  'kustomize replicas': 'the replicas of a kustomization',
  'Helm values': 'Helm values',
  'Helm parameter': 'a Helm parameter',
};

function explainTargetReport(rows: readonly TargetRow[], notes: readonly string[]): Report {
  return {
    document: {
      schemaVersion: SCHEMA_VERSION,
      kind: 'targets',
      targets: rows.map(({ renderedBy, replicas, considered, ...row }) => ({
        ...row,
        renderedBy: renderedBy ?? null,
        replicas: replicas ?? null,
        considered: considered.map((one) => ({ ...one, line: one.line ?? null })),
      })),
      notes,
    },
    text: (paint) => textOf(rows, notes, paint),
    markdown: () =>
      printMarkdown([
        {
          kind: 'table',
          head: ['Service', 'Number', 'Owner', 'Why'],
          rows: rows.map((row) => [
            [code(`${row.graph}/${row.service}`)],
            row.locations.length === 0 ? ['none'] : [code(row.locations.map(placeText).join(', '))],
            [row.owner],
            [row.why],
          ]),
        },
        ...notes.map((note) => ({ kind: 'paragraph' as const, content: [note] })),
      ]),
  };
}

function textOf(rows: readonly TargetRow[], notes: readonly string[], paint: Paint): string {
  const lines = rows.flatMap((row) => {
    const name = paint.strong(visibleText(`${row.graph}/${row.service}`));
    const count = row.replicas === undefined ? '' : ` (${row.replicas} now)`;
    const places = row.locations.map((place) => `  ${visibleText(`${placeText(place)} ${place.path}`)}`);
    const others = row.considered.map(
      (one) => `  not ${visibleText(`${placeText(one)} ${one.path}`)}: ${visibleText(one.reason)}`,
    );
    return [
      `${name}${count}, owned by ${visibleText(row.owner)}`,
      ...places,
      `  ${visibleText(row.why)}`,
      ...others,
      '',
    ];
  });
  if (rows.length === 0) lines.push('The config has no deployment that a manifest makes.', '');
  return [...lines, ...notes.map((note) => `note: ${visibleText(note)}`)].join('\n').trimEnd();
}

function placeText({ file, line }: { readonly file: string; readonly line: number | undefined }): string {
  return line === undefined ? file : `${file}:${line}`;
}
