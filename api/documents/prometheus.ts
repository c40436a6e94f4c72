import * as z from 'zod';
import { dnsLabel } from './common.ts';

/** Label names of Prometheus' classic character set; the ones with two underscores are Prometheus' own. */
const labelName = z.string().regex(/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/, 'must be the name of a label, such as "cluster"');
/** Labels that tell one graph from another are set from the graph; to set them here would mix two graphs up. */
const GRAPH_LABELS: readonly string[] = ['model', 'namespace', 'pod', 'dynamo_namespace', 'dynamo_component', 'column'];

const labels = z.record(
  labelName.refine((name) => !GRAPH_LABELS.includes(name), 'is a label that each graph sets for itself'),
  z.string().min(1),
);

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be the name of an HTTP header');
const SECRET_HEADER = /^(authorization|proxy-authorization|cookie)$|token|secret|password|credential|api-?key/i;
/** Headers that describe the request itself. */
const OWN_HEADER =
  /^(host|content-.*|accept|accept-encoding|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect)$/i;

/** Why a header may not be set, undefined where it may. */
export function headerRefusal(name: string): string | undefined {
  return OWN_HEADER.test(name) ? 'is a header that the request sets for itself' : undefined;
}

/**
 * How a server of Prometheus' HTTP API is asked (also Thanos, Mimir, VictoriaMetrics). Nothing secret may stand here:
 * tokens and passwords come from the environment.
 */
export const prometheusSchema = z.strictObject({
  /** Address up to, without `/api/v1`. `--prometheus` and PROMETHEUS_URL go before it. */
  url: z.string().min(1).optional(),
  /** Sent with every request, such as `X-Scope-OrgID`. */
  headers: z
    .record(
      headerName
        .refine((name) => headerRefusal(name) === undefined, 'is a header that the request sets for itself')
        .refine((name) => !SECRET_HEADER.test(name), 'may be a secret; set it in the variable PROMETHEUS_HEADERS'),
      z.string().regex(/^[\t\x20-\x7e]+$/, 'must be printable ASCII'),
    )
    .default({}),
  /** Labels that every series must have, such as `cluster: prod-1` where one server holds several clusters. */
  labels: labels.default({}),
  /** The same for the graphs of one environment, by its name. */
  environmentLabels: z.record(dnsLabel, labels).default({}),
  /** PEM files; a key must not be committed with the rest. */
  caFile: z.string().min(1).optional(),
  certFile: z.string().min(1).optional(),
  keyFile: z.string().min(1).optional(),
  /** After this a request is given up. */
  timeoutSeconds: z.int().min(1).max(600).default(60),
});

export type PrometheusSettings = z.output<typeof prometheusSchema>;
