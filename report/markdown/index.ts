export * from './chart.ts';
export * from './document.ts';
export * from './escape.ts';
export * from './print-markdown.ts';
export * from './print-terminal.ts';
export * from './renderers.ts';
export * from './visible-text.ts';
