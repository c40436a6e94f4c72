export { Platform, type PlatformDelivery, type PlatformOptions, type PlatformProps } from './platform.ts';
export type { PlatformComponent, PlatformValues } from './values.ts';
