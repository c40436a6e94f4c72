import { writeFileSync } from 'node:fs';
import { CONFIG_SCHEMA_FILE, configJsonSchema } from './config-json-schema.ts';

writeFileSync(CONFIG_SCHEMA_FILE, configJsonSchema());
