import { fail, isWorkerRole, type Problem, type Result, succeed } from '../../api/index.ts';
import { type IntegerEdit, locateInteger, type ManifestFile } from '../../manifests/index.ts';
import { type GraphPins, readGraphPins } from '../plan/graph-pins.ts';
import { type FoundService, findService } from './find-service.ts';
import { type Override, overridesOf } from './kustomize/overrides.ts';
import { ownerRefusal } from './owner-refusal.ts';
import type { ReadGraphs } from './read-graphs.ts';
import type { Amount, Wish } from './wish.ts';

/** One number in one file, and the service that it belongs to. */
export interface ScaleEdit extends IntegerEdit {
  readonly manifest: ManifestFile;
  readonly graph: string;
  readonly service: string;
  readonly line: number;
}

export interface PlannedScale {
  /** The graph's number, and behind it the pin that it was rendered from where there is one. */
  readonly edits: readonly ScaleEdit[];
  /** What the user should know, and may want all the same. */
  readonly warnings: readonly string[];
}

/** Most replicas of one service, as in pins and plans. */
const MOST_REPLICAS = 10_000;

/** What one wish changes, or every reason why it may not. */
export async function planEdits(
  wish: Wish,
  read: ReadGraphs,
  paths: readonly string[],
  cwd: string,
): Promise<Result<PlannedScale>> {
  const found = findService(wish, read, paths);
  if (!found.ok) return found;
  const { graph, service } = found.value;
  const refusal = ownerRefusal(found.value, read.files);
  if (refusal !== undefined) return fail(refusal);
  const manifest = read.files.get(graph.file);
  if (manifest === undefined) return fail({ code: 'not-found', file: graph.file, message: 'was not read' });
  const located = locateInteger(manifest, graph.document, service.replicasPath);
  if (!located.ok) return located;
  const { value: from, line } = located.value;
  const name = { graph: graph.view.name, service: service.name };

  const overrides = overridesOf(graph, service.name, manifest, read.kustomizations);
  if (overrides.length > 0) return fail(overrideRefusal(`${name.graph}/${name.service}`, graph.file, line, overrides));

  const to = targetOf(wish.amount, from);
  const objection = objectionTo(to, wish, found.value);
  if (objection !== undefined) return fail({ code: 'refused', file: graph.file, line, ...objection });

  const rendered: ScaleEdit = {
    manifest,
    document: graph.document,
    path: service.replicasPath,
    from,
    to,
    line,
    ...name,
  };
  const pins = await readGraphPins(cwd, graph.policy, graph.view.name);
  if (!pins.ok) return pins;
  const pin = pins.value === undefined ? succeed(undefined) : pinEdit(pins.value, rendered);
  if (!pin.ok) return pin;
  const warnings: string[] = [];
  if (to === 0 && from !== 0) {
    const effect = isWorkerRole(service.role) ? 'a model without workers is not served' : 'it will not run at all';
    warnings.push(`${name.graph}/${name.service} goes to 0 replicas: ${effect}`);
  }
  if (graph.policy !== undefined && pin.value === undefined) {
    warnings.push(
      `${graph.file} is rendered from code whose pins are not in this folder; the next synth may undo the change`,
    );
  }
  return succeed({ edits: pin.value === undefined ? [rendered] : [rendered, pin.value], warnings });
}

/** An edit of a number that kustomize writes over would look done and change nothing. */
function overrideRefusal(name: string, file: string, line: number, overrides: readonly Override[]): Problem {
  const places = (isRead: boolean) => overrides.filter((one) => one.isRead === isRead).map(({ place }) => place);
  const [read, unread] = [places(true), places(false)];
  const what = [
    ...(read.length === 0 ? [] : [`kustomize writes another number over this one in ${read.join(', ')}`]),
    ...(unread.length === 0 ? [] : [`kustomize patches it with ${unread.join(', ')}, which cannot be read`]),
  ].join(', and ');
  const hint =
    read.length === 0 ? `name ${file} alone to edit it all the same` : `edit it there, or name ${file} alone`;
  return { code: 'refused', file, line, message: `${name}: ${what}`, hint };
}

function targetOf(amount: Amount, from: number): number {
  switch (amount.kind) {
    case 'to':
      return amount.count;
    case 'by':
      return from + amount.difference;
  }
}

function objectionTo(
  to: number,
  { amount }: Wish,
  { graph, service }: FoundService,
): Pick<Problem, 'message' | 'hint'> | undefined {
  const name = `${graph.view.name}/${service.name}`;
  if (to > MOST_REPLICAS) return { message: `${name}: ${to} replicas are more than ${MOST_REPLICAS}` };
  if (amount.kind === 'by' && to < 1) {
    return { message: `${name}: that leaves ${to} replicas`, hint: `write ${name}=0 if it is to stop` };
  }
  const services = graph.policy?.services ?? {};
  const bounds = Object.hasOwn(services, service.name) ? services[service.name] : undefined;
  if (bounds === undefined || (to >= bounds.min && to <= bounds.max)) return undefined;
  return {
    message: `${name}: ${to} is not between ${bounds.min} and ${bounds.max}, the limits that its code declares`,
    hint: 'synth would refuse it; change the limits there first',
  };
}

/** The pin behind a rendered number. Both are edited together, since otherwise the next synth would undo the change. */
function pinEdit({ pins, manifest }: GraphPins, rendered: ScaleEdit): Result<ScaleEdit> {
  const { graph, service, from } = rendered;
  const pin = Object.hasOwn(pins.services, service) ? pins.services[service] : undefined;
  const document = manifest.documents[0];
  if (pin === undefined || document === undefined) {
    const message = `has no pin for ${graph}/${service}, so the next synth would undo the change`;
    return fail({ code: 'refused', file: manifest.file, message, hint: 'add the pin and run synth' });
  }
  const path = ['services', service, 'replicas'];
  const located = locateInteger(manifest, document.index, path);
  if (!located.ok) return located;
  const { value, line } = located.value;
  if (value !== from) {
    const message = `pins ${graph}/${service} to ${value}, and ${rendered.manifest.file}:${rendered.line} says ${from}`;
    return fail({ code: 'conflict', file: manifest.file, line, message, hint: 'run synth first, so that they agree' });
  }
  return succeed({ ...rendered, manifest, document: document.index, path, line });
}
