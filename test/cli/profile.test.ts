import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { callCli } from './call.ts';

const DEMO = resolve('apps/chat/profiles/h200-llama-3.1-8b-fp8-tp1.json');

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamo-gitops-profile-'));
});
afterEach(() => rm(folder, { recursive: true }));

const profile = (...words: readonly string[]) => callCli(['profile', ...words], { cwd: folder });

const PREFILL = {
  prefill_isl: [100, 1000, 2000, 4000],
  prefill_ttft: [25, 70, 120, 220],
  prefill_thpt_per_gpu: [2000, 7142.86, 8333.33, 9090.91],
};

describe('profile', () => {
  test("shows the demo's model with its error, and what Dynamo's planner would stumble over", async () => {
    const { exitCode, stdout, stderr } = await profile(DEMO);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain(
      'prefill (nvidia/Llama-3.1-8B-Instruct-FP8 on H200 SXM, vllm, tensor parallelism 1): TTFT ms = 18.55 + 0.01411 × ISL + 4.919e-7 × ISL²; mean error 2.6 %, at most 9.3 %, over 17 measurements, none left out; ISL 100 to 16370',
    );
    expect(stdout).toContain('capacity of zero or less in 4 of 10000 cells');
    expect(stdout).toMatch(/\n {2}0 errors, 10 warnings\n$/);
  });

  test('has nothing against a sound half, whose parallelism is given, and says it in every format', async () => {
    await writeFile(join(folder, 'p.json'), JSON.stringify(PREFILL));
    expect(await profile('p.json', '--tensor-parallel', '2')).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `p.json
  prefill: TTFT ms = 20 + 0.05 × ISL + 0 × ISL²; mean error 0.0 %, at most 0.0 %, over 4 measurements, none left out; ISL 100 to 4000
  nothing is wrong with it
`,
    });
    const document: unknown = JSON.parse((await profile('p.json', '--tensor-parallel', '2', '-o', 'json')).stdout);
    expect(document).toMatchObject({
      ...{ schemaVersion: 1, kind: 'profile-report' },
      profiles: [
        {
          file: 'p.json',
          digest: expect.stringMatching(/^sha256:/),
          prefill: { engine: null, fixedMs: expect.closeTo(20, 3), error: { measurements: 4, outliers: [] } },
          decode: null,
          findings: [],
        },
      ],
    });
    const { stdout } = await profile('p.json', '--tensor-parallel', '2', '-o', 'markdown');
    expect(stdout).toContain('`p.json`: nothing is wrong with it');
  });

  test('exits with 2 where sizes from it would be wrong', async () => {
    await writeFile(join(folder, 'p.json'), JSON.stringify(PREFILL));
    const { exitCode, stdout } = await profile('p.json', '--tensor-parallel', '8');
    expect(exitCode).toBe(2);
    expect(stdout).toContain(
      '  error prefill: throughput per GPU is not ISL ÷ TTFT ÷ 8 GPUs at 4 of 4 measurements; at worst 4 times too high',
    );
  });

  test('names what cannot be read', async () => {
    await writeFile(join(folder, 'a.json'), '{}');
    await writeFile(join(folder, 'b.npz'), 'PK, but no archive');
    const { exitCode, stderr } = await profile('a.json', 'b.npz', 'c.json');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^error: a\.json: is not an engine profile.*\n(.*\n)?error: b\.npz: is not a readable zip archive: .*\nerror: c\.json: does not exist\n$/,
    );
    expect(await profile('p.json', '--tensor-parallel', 'two')).toMatchObject({ exitCode: 1 });
  });
});
