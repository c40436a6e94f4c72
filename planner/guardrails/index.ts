export * from './apply-guardrails.ts';
export * from './guardrail.ts';
export * from './limits.ts';
export * from './live-status.ts';
