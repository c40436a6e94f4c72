export * from './escape-html.ts';
export * from './print-html.ts';
