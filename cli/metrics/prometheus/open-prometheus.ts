import { setTimeout as sleep } from 'node:timers/promises';
import { type Config, fail, type Result, succeed } from '../../../api/index.ts';
import { type MetricsSource, prometheusSource } from '../../../planner/index.ts';
import type { CommandContext } from '../../context.ts';
import { type AddressOrigin, serverAddress } from './address.ts';
import { askRange } from './ask-range.ts';
import { requestHeaders } from './credentials.ts';
import { openTransport, type TlsFiles } from './transport.ts';

/** What the command line says about the server; it goes before the environment, which goes before the config. */
export interface PrometheusChoice extends TlsFiles {
  /** `--prometheus`, with or without an address. */
  readonly url: string | true | undefined;
}

type Outside = Pick<CommandContext, 'env' | 'cwd' | 'now'>;

/** Opens a server of Prometheus' HTTP API as a source; it is not asked before a graph is read. */
export async function openPrometheus(
  choice: PrometheusChoice,
  { metrics }: Pick<Config, 'metrics'>,
  { env, cwd, now }: Outside,
): Promise<Result<MetricsSource>> {
  const settings = metrics.prometheus;
  const address = chosenAddress(choice.url, env.PROMETHEUS_URL, settings?.url);
  const headers = requestHeaders({ env, cwd }, settings?.headers ?? {});
  const transport = await openTransport(
    { env, cwd },
    {
      caFile: choice.caFile ?? settings?.caFile,
      certFile: choice.certFile ?? settings?.certFile,
      keyFile: choice.keyFile ?? settings?.keyFile,
    },
  );
  if (!address.ok || !headers.ok || !transport.ok) {
    return fail(...[address, headers, transport].flatMap((part) => (part.ok ? [] : part.error)));
  }
  const server = { address: address.value, headers: headers.value, timeoutSeconds: settings?.timeoutSeconds ?? 60 };
  const ask = askRange(server, {
    ...{ fetch: transport.value, now, random: Math.random },
    sleep: (ms) => sleep(ms),
  });
  const labels = new Map(Object.entries(settings?.environmentLabels ?? {}));
  return succeed(
    prometheusSource(ask, { labelsOf: (environment) => ({ ...settings?.labels, ...labels.get(environment) }) }),
  );
}

function chosenAddress(
  flag: string | true | undefined,
  variable: string | undefined,
  configured: string | undefined,
): Result<string> {
  const given: readonly (readonly [string | undefined, AddressOrigin])[] = [
    [flag === true ? undefined : flag, '--prometheus'],
    [variable?.trim() || undefined, 'PROMETHEUS_URL'],
    [configured, 'metrics.prometheus.url'],
  ];
  for (const [text, origin] of given) {
    if (text !== undefined) return serverAddress(text, origin);
  }
  const hint = 'pass --prometheus <url>, or set PROMETHEUS_URL or metrics.prometheus.url in the config';
  return fail({ code: 'usage', message: 'no address of Prometheus is given', hint });
}
