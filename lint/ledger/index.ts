export * from './gpu-range.ts';
export * from './ledger.ts';
export * from './ledger-services.ts';
