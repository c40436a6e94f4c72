import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { diamond, manyCharts, perGraph } from './in-process.ts';
import { Targets } from './measure.ts';
import { wholeCommand } from './whole-command.ts';

/**
 * Synthesis beside what a team would use in its place: cdk8s, js-yaml and `kubectl kustomize`. Run it after a build;
 * `--full` also lets cdk8s synthesize 4,000 charts, which takes it half a minute, and `--whole-command` leaves out what is
 * measured inside one process.
 */
const root = join(process.argv[1] ?? '', '../../..');
if (!existsSync(join(root, 'build/bin/dynamo-gitops.js')))
  throw new Error('build/ is missing; run npm run build first');
const isFull = process.argv.includes('--full');
const targets = new Targets();
const print = (text: string): void => void process.stdout.write(`${text}\n\n`);

print(`Node.js ${process.versions.node}, ${cpus().length} cores. Medians; each round runs all candidates in turn.`);
if (!process.argv.includes('--whole-command')) {
  print(perGraph(targets));
  print(manyCharts(targets, isFull));
  print(diamond(targets));
}
print(await wholeCommand(root, targets));
print(targets.print());
process.exitCode = targets.allMet ? 0 : 1;
