import { readFileSync, writeFileSync } from 'node:fs';
import { ruleCatalogue, withFixTable } from './lint-rule-catalogue.ts';

writeFileSync('docs/lint-rules.md', ruleCatalogue());
writeFileSync('docs/lint.md', withFixTable(readFileSync('docs/lint.md', 'utf8')));
