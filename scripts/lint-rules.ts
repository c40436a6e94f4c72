import { writeFileSync } from 'node:fs';
import { ruleCatalogue } from './lint-rule-catalogue.ts';

writeFileSync('docs/lint-rules.md', ruleCatalogue());
