export * from './apply-guardrails.ts';
export * from './graph-holds.ts';
export * from './guardrail.ts';
export * from './limits.ts';
export * from './live-status.ts';
export * from './past-changes.ts';
export * from './role-ratio.ts';
export * from './setting.ts';
