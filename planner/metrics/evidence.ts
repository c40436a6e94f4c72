import { digestOf, fail, type MetricsEvidence, type Plan, type Result, succeed } from '../../api/index.ts';

/** What the plan says of its metrics, from what its parts have read. Equal numbers have equal digests. */
export function metricsInput(parts: readonly MetricsEvidence[]): Result<Plan['inputs']['metrics']> {
  const [first] = parts;
  if (first === undefined) return fail({ code: 'internal', message: 'no metrics were read' });
  const other = parts.find((part) => part.kind !== first.kind || part.file !== first.file);
  if (other !== undefined) return differs(`${first.file} and ${other.file}`);
  if (first.kind === 'file') {
    const changed = parts.some((part) => part.kind === 'file' && part.digest !== first.digest);
    return changed ? differs(`two versions of ${first.file}`) : succeed(withoutKind(first));
  }
  const lines = parts.flatMap((part) =>
    part.kind === 'graphs' ? part.graphs.map(({ graph, digest }) => `${digest} ${graph}\n`) : [],
  );
  const graphs = `${lines.length} graph${lines.length === 1 ? '' : 's'}`;
  return succeed({
    file: first.file,
    digest: digestOf(lines.sort().join('')),
    source: `${first.source}, ${graphs}`,
  });
}

function withoutKind({ file, digest, source }: MetricsEvidence & { readonly kind: 'file' }) {
  return { file, digest, source };
}

function differs(what: string): Result<never> {
  return fail({
    code: 'refused',
    message: `the parts of the plan were made from ${what}`,
    hint: 'plan all of them anew',
  });
}
