export { type MigratedFile, type MigratedObject, type Migration, migrateFiles } from './migrate-files.ts';
