export { GpuQuota, type GpuQuotaProps } from './gpu-quota.ts';
