export * from './frontier-charts.ts';
export * from './style.ts';
export * from './svg.ts';
export * from './timeline-chart.ts';
export * from './what-if-charts.ts';
