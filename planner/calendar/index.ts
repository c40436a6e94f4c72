export * from './cron-start.ts';
export * from './freeze.ts';
export * from './local-time.ts';
export * from './wall-clock.ts';
export * from './weekly-window.ts';
