import { join } from 'node:path';
import {
  fail,
  isDnsSubdomain,
  type Pins,
  type Policy,
  parseDocument,
  pinsPath,
  pinsSchema,
  type Result,
  succeed,
} from '../../api/index.ts';
import { type ManifestFile, readManifest } from '../../manifests/index.ts';
import { readInput } from '../files.ts';

export interface GraphPins {
  readonly pins: Pins;
  readonly manifest: ManifestFile;
}

/** The pins that a graph was rendered from; undefined where it was not rendered from code of this repository. */
export async function readGraphPins(
  cwd: string,
  policy: Policy | undefined,
  graph: string,
): Promise<Result<GraphPins | undefined>> {
  if (policy === undefined || !isDnsSubdomain(graph)) return succeed(undefined);
  const file = pinsPath(policy.app, policy.environment, graph);
  const bytes = await readInput(join(cwd, file), file);
  if (!bytes.ok) return bytes.error.every(({ code }) => code === 'not-found') ? succeed(undefined) : bytes;
  const { manifest, problems } = readManifest(file, bytes.value);
  if (problems.length > 0 || manifest === undefined) return fail(...problems);
  const [document, second] = manifest.documents;
  if (document === undefined || second !== undefined) {
    return fail({ code: 'schema', file, message: `has ${manifest.documents.length} documents; pins are one` });
  }
  const pins = parseDocument(pinsSchema, document.value, file);
  if (!pins.ok) return pins;
  const { deployment, environment } = pins.value;
  if (deployment !== graph || environment !== policy.environment) {
    const message = `holds the pins of ${environment}/${deployment}, not of ${policy.environment}/${graph}`;
    return fail({ code: 'conflict', file, message, hint: 'the folder and the file name say whose pins they are' });
  }
  return succeed({ pins: pins.value, manifest });
}
