export { type DecidingWindow, decidingWindow } from './deciding-entry.ts';
export { sizeScheduled, sizeServiceScheduled } from './size.ts';
