import type { Command } from 'commander';
import type { PrometheusChoice } from './open-prometheus.ts';

/** The words of a call that reads from Prometheus. */
export interface PrometheusOptions {
  readonly prometheus?: string | true;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** Adds the options that say which server is asked, and how it is trusted. Secrets are no options: see docs/metrics.md. */
export function addPrometheusOptions(command: Command): Command {
  return command
    .option('--prometheus [url]', 'read from Prometheus (default address: PROMETHEUS_URL, then metrics.prometheus.url)')
    .option('--ca-file <file>', 'authority that signed its certificate, PEM')
    .option('--cert-file <file>', 'own certificate for it, PEM, with --key-file')
    .option('--key-file <file>', 'key of the certificate, PEM');
}

export function prometheusChoice({ prometheus, caFile, certFile, keyFile }: PrometheusOptions): PrometheusChoice {
  return { url: prometheus, caFile, certFile, keyFile };
}
