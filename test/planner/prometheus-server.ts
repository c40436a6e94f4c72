import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether Debian's `prometheus` and `promtool` are installed; `.ci/run` installs them. */
export const HAS_PROMETHEUS = ['prometheus', 'promtool'].every(
  (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0,
);

export interface PrometheusInstance {
  readonly url: string;
  stop(): Promise<void>;
}

/** A real Prometheus on a free port that holds these samples, and scrapes nothing. */
export async function startPrometheus(openMetrics: string): Promise<PrometheusInstance> {
  const folder = mkdtempSync(join(tmpdir(), 'dynamo-gitops-prometheus-'));
  const [samples, data, config] = [join(folder, 'samples.om'), join(folder, 'data'), join(folder, 'prometheus.yml')];
  writeFileSync(samples, openMetrics);
  writeFileSync(config, 'global: {}\n');
  const filled = spawnSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', '-q', samples, data], {
    encoding: 'utf8',
  });
  if (filled.status !== 0) throw new Error(`promtool: ${filled.stderr}`);
  const port = await freePort();
  const server = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    { stdio: 'ignore' },
  );
  // Whatever becomes of the test, the server goes with its process.
  const kill = () => void server.kill('SIGKILL');
  process.once('exit', kill);
  const url = `http://127.0.0.1:${port}`;
  try {
    await isReady(url, server);
  } catch (cause) {
    kill();
    throw cause;
  }
  return {
    url,
    async stop() {
      process.off('exit', kill);
      const ended = new Promise((resolve) => server.once('exit', resolve));
      kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function isReady(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200 && server.exitCode === null; attempt += 1) {
    const response = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (response?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('Prometheus did not become ready');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject()));
    });
  });
}

/** Samples in the text form of OpenMetrics, one family after another as the form demands. */
export class Samples {
  readonly #families = new Map<string, { readonly type: string; readonly lines: string[] }>();

  /** @param family name without `_total`, `_sum` and the like. */
  add(
    type: 'counter' | 'gauge' | 'histogram',
    family: string,
    suffix: string,
    labels: { readonly [label: string]: string },
    atSeconds: number,
    value: number,
  ): void {
    const known = this.#families.get(family) ?? { type, lines: [] };
    this.#families.set(family, known);
    const text = Object.entries(labels)
      .map(([label, one]) => `${label}="${one.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`)
      .join(',');
    known.lines.push(`${family}${suffix}{${text}} ${value} ${atSeconds}\n`);
  }

  text(): string {
    const families = [...this.#families].map(([name, { type, lines }]) => `# TYPE ${name} ${type}\n${lines.join('')}`);
    return `${families.join('')}# EOF\n`;
  }
}
