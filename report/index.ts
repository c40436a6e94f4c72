export * from './paint.ts';
export * from './report.ts';
