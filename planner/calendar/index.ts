export * from './cron-start.ts';
export * from './freeze.ts';
export * from './wall-clock.ts';
