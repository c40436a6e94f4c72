import { type OperatorVersion, SCHEMA_VERSION } from '../../api/index.ts';
import { type GpuChange, type ManifestDiff, needsMore, type ObjectDiff } from '../../lint/diff/index.ts';
import { gpuFormula, type LedgerService } from '../../lint/ledger/index.ts';
import type { Report } from '../../report/index.ts';
import { diffMarkdown } from './diff-markdown.ts';
import { summaryOf } from './diff-summary.ts';
import { diffText } from './diff-text.ts';

/** A difference with what it was taken between. */
export interface DiffResult extends ManifestDiff {
  readonly operator: OperatorVersion;
  readonly before: string;
  readonly after: string;
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

/** What a change means, for people and programs. */
export function diffReport(result: DiffResult): Report {
  return {
    document: diffDocument(result),
    text: (paint) => diffText(result, paint),
    markdown: () => diffMarkdown(result),
  };
}

function diffDocument(result: DiffResult) {
  const { operator, before, after, objects, gpus, skipped } = result;
  return {
    schemaVersion: SCHEMA_VERSION,
    kind: 'diff',
    ...{ operator, before, after },
    summary: summaryOf(result),
    objects: objects.map(objectDocument),
    gpus: gpus.map(gpuDocument),
    skipped,
  };
}

function objectDocument(object: ObjectDiff) {
  const { change, kind, namespace, name, file, gpus, ...rest } = object;
  const delta = gpus === undefined ? null : { ...gpus, needsMore: needsMore(gpus) };
  return { change, kind, namespace: namespace ?? null, name, file, ...rest, gpus: delta };
}

function gpuDocument(change: GpuChange) {
  const { environment, namespace, resource, product, before, after, services } = change;
  return {
    environment: environment ?? null,
    namespace: namespace ?? null,
    resource: resource ?? null,
    product: product ?? null,
    ...{ before, after, needsMore: needsMore(change) },
    services: services.map((service) => ({
      graph: service.graph,
      service: service.service,
      before: serviceDocument(service.before),
      after: serviceDocument(service.after),
    })),
  };
}

function serviceDocument(service: LedgerService | undefined) {
  return service === undefined ? null : { formula: gpuFormula(service), gpus: service.gpus };
}
