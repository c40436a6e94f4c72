export * from './choose-setting.ts';
