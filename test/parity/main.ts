import { parseArgs } from 'node:util';
import { formatProblem } from '../../api/index.ts';
import { evaluateFolder } from './evaluate.ts';
import { countOf, summarise } from './summary.ts';

const USAGE = 'usage: npm run -s parity -- <folder of *.jsonl> [--built-grids]';

process.exitCode = main(process.argv.slice(2));

/** `--built-grids` builds decode grids from measurements even where the original's grids lie beside the profile. */
function main(words: readonly string[]): number {
  const parsed = argumentsOf(words);
  const folder = parsed?.positionals[0];
  if (parsed === undefined || folder === undefined || parsed.positionals.length > 1) {
    process.stderr.write(`${USAGE}\n`);
    return 1;
  }
  const ignoresCarriedGrids = parsed.values['built-grids'] === true;
  const evaluated = evaluateFolder({ root: process.cwd(), folder, ignoresCarriedGrids });
  if (!evaluated.ok) {
    process.stderr.write(`${evaluated.error.map(formatProblem).join('\n')}\n`);
    return 1;
  }
  process.stdout.write(`${summarise(evaluated.value).join('\n')}\n`);
  return countOf(evaluated.value, 'failed') > 0 ? 1 : 0;
}

function argumentsOf(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], allowPositionals: true, options: { 'built-grids': { type: 'boolean' } } });
  } catch {
    return undefined;
  }
}
