export * from './fit-budgets.ts';
export * from './ledger.ts';
export * from './quota-budget.ts';
export * from './share-room.ts';
export * from './shared-gpus.ts';
export * from './shrink-pair.ts';
