import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { formatProblem } from '../../api/index.ts';
import { readNpz } from '../../planner/capacity/npz/index.ts';
import {
  type DecodeMeasurements,
  fitDecode,
  fitPrefill,
  itlMs,
  lintDecode,
  lintPrefill,
  lintSameKvTokens,
  namedProfile,
  type PrefillMeasurements,
  type ProfileParts,
  parseProfileParts,
  prefillMs,
} from '../../planner/index.ts';

const SHARED = '../shared/data/profiles';

function partsOf(document: unknown): ProfileParts {
  const parsed = parseProfileParts(document, 'p.json');
  if (!parsed.ok) throw new Error(parsed.error.map(formatProblem).join('\n'));
  return parsed.value;
}

const tokens = fc.uniqueArray(fc.integer({ min: 10, max: 100_000 }), { minLength: 5, maxLength: 15 });
const anyMs = fc.double({ min: 0.01, max: 10_000, noNaN: true });

describe('the performance model of prefill', () => {
  test('is the quadratic that measurements lie on, whatever one of them says', () => {
    const islTokens = [100, 1000, 2000, 4000, 6000, 8000, 12_000, 16_000];
    const ttftMs = islTokens.map((isl) => 16 + 0.035 * isl + 4e-7 * isl * isl);
    ttftMs[4] = 2 * (ttftMs[4] ?? 0);
    const model = fitPrefill({ islTokens, ttftMs, tokensPerSecondPerGpu: ttftMs });
    expect(model).toMatchObject({
      fixedMs: expect.closeTo(16, 6),
      perTokenMs: expect.closeTo(0.035, 9),
      perSquaredTokenMs: expect.closeTo(4e-7, 12),
      islTokens: { lowest: 100, highest: 16_000 },
      error: { measurements: 8, outliers: [{ index: 4, fitted: expect.closeTo(240.4, 3) }] },
    });
    expect(model?.error.mape).toBeLessThan(1e-9);
    expect(model?.error.mapeOfAll).toBeCloseTo(0.5 / 8, 6);
  });

  test('is positive and never falls with the length, whatever was measured', () => {
    fc.assert(
      fc.property(tokens, fc.infiniteStream(anyMs), (lengths, times) => {
        const islTokens = lengths.toSorted((a, b) => a - b);
        const ttftMs = islTokens.map(() => times.next().value);
        const model = fitPrefill({ islTokens, ttftMs, tokensPerSecondPerGpu: ttftMs });
        if (model === undefined) return;
        const curve = [1, 10, 1000, 50_000, 1_000_000].map((isl) => prefillMs(model, isl));
        curve.forEach((value, index) => {
          expect(value).toBeGreaterThan(0);
          expect(value).toBeGreaterThanOrEqual(curve[index - 1] ?? 0);
        });
      }),
    );
  });
});

describe('the performance model of decode', () => {
  test('is positive and never falls with batch or context, whatever was measured', () => {
    fc.assert(
      fc.property(tokens, fc.infiniteStream(anyMs), (contextTokens, times) => {
        const measured: DecodeMeasurements = {
          contextTokens,
          kvUsage: contextTokens.map((_, index) => (index + 1) / (contextTokens.length + 1)),
          itlMs: contextTokens.map(() => times.next().value),
          tokensPerSecondPerGpu: contextTokens.map(() => 1),
          maxKvTokens: 200_000,
        };
        const model = fitDecode(measured);
        if (model === undefined) return;
        const batches = [1, 10, 100, 10_000].map((batch) => itlMs(model, batch, 1000));
        const contexts = [1, 100, 10_000, 1_000_000].map((context) => itlMs(model, 10, context));
        for (const curve of [batches, contexts]) {
          curve.forEach((value, index) => {
            expect(value).toBeGreaterThan(0);
            expect(value).toBeGreaterThanOrEqual(curve[index - 1] ?? 0);
          });
        }
      }),
    );
  });
});

const shared = existsSync(SHARED) ? describe : describe.skip;

shared('profiles that NVIDIA published (skipped where the data is not beside the checkout)', () => {
  const raw = (name: string) => partsOf(JSON.parse(readFileSync(`${SHARED}/${name}_raw_data.json`, 'utf8')));
  const h100 = (parallel: number) => `h100_sxm_Llama-3.3-70B-Instruct-FP8_tp${parallel}`;

  // Mean error of prefill in percent, measurements left out; the same of decode, without and with those left out.
  test.each([
    [h100(8), [1.9, 1], [3.3, 2], 4.3],
    [h100(4), [1.5, 0], [5.6, 2], 7.0],
    [h100(2), [0.5, 0], [7.4, 2], 9.1],
    ['h200_sxm_Llama-3.1-8B-Instruct-FP8_tp1', [2.6, 0], [2.5, 7], 6.2],
  ])('are fitted as docs/sizing.md says: %s', (name, prefill, decode, all) => {
    const { prefill: measuredPrefill } = raw(`${name}_prefill`);
    const { decode: measuredDecode } = raw(`${name}_decode`);
    if (measuredPrefill === undefined || measuredDecode === undefined) throw new Error('a half is missing');
    const [one, other] = [fitPrefill(measuredPrefill)?.error, fitDecode(measuredDecode)?.error];
    const percent = (share: number | undefined) => Math.round(1000 * (share ?? Number.NaN)) / 10;
    expect([percent(one?.mape), one?.outliers.length]).toEqual(prefill);
    expect([percent(other?.mape), other?.outliers.length]).toEqual(decode);
    expect(percent(other?.mapeOfAll)).toBe(all);
  });

  test('show their known faults', () => {
    const prefill = raw(`${h100(4)}_prefill`).prefill;
    const decodes = [8, 4].map((parallel) => ({
      file: `tp${parallel}`,
      decode: raw(`${h100(parallel)}_decode`).decode,
    }));
    if (prefill === undefined) throw new Error('prefill is missing');
    expect(lintPrefill(prefill, 4)).toEqual([
      expect.objectContaining({
        severity: 'error',
        code: 'throughput-identity',
        message: expect.stringMatching(/^throughput per GPU is not ISL ÷ TTFT ÷ 4 GPUs at 9 of 9 .* 2 times too low/),
      }),
    ]);
    expect(lintSameKvTokens(decodes)).toMatchObject([{ file: 'tp4', code: 'same-kv-tokens', severity: 'warning' }]);
    const outlier = raw(`${h100(8)}_prefill`).prefill;
    expect(outlier && lintPrefill(outlier, 8)).toMatchObject([
      { code: 'falling-latency' },
      { code: 'outlier', message: 'ISL 6205: 498 ms measured, 245 ms by the other measurements; left out of the fit' },
    ]);
    const long = decodes[0]?.decode;
    const found = long === undefined ? [] : lintDecode(long, 8);
    expect(found.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      ...['error throughput-identity', 'error negative-capacity', 'warning falling-latency'],
      ...['warning outlier', 'warning outlier'],
    ]);
    expect(found[0]?.message).toContain('at worst 2.71 times too low (batch 1 at context 114597)');
  });
});

const lengths = [100, 1000, 2000, 4000, 8000];
const sound: PrefillMeasurements = {
  islTokens: lengths,
  ttftMs: lengths.map((isl) => 20 + 0.05 * isl),
  tokensPerSecondPerGpu: lengths.map((isl) => isl / (0.02 + 0.000_05 * isl) / 2),
};

describe('a profile is found to be', () => {
  test('sound, with the number of GPUs that its throughput implies', () => {
    expect(lintPrefill(sound, 2)).toEqual([]);
    expect(lintPrefill(sound, undefined)).toMatchObject([
      { severity: 'info', message: expect.stringContaining('implies 2') },
    ]);
    expect(
      lintPrefill({ ...sound, tokensPerSecondPerGpu: sound.tokensPerSecondPerGpu.map((one) => one / 1.3) }, undefined),
    ).toMatchObject([
      { severity: 'error', code: 'throughput-identity', message: expect.stringContaining('÷ 2.6 at most') },
    ]);
  });

  test('beyond any formula, where it says nothing that one could', () => {
    const ttftMs = [500, 20, 700, 30, 900];
    expect(lintPrefill({ ...sound, ttftMs }, 2).map(({ code }) => code)).toContain('poor-fit');
  });
});

describe('a profile for each role', () => {
  const prefill: ProfileParts = { prefill: sound };
  const decode: ProfileParts = {
    decode: { kvUsage: [0.1], contextTokens: [1000], itlMs: [10], tokensPerSecondPerGpu: [100], maxKvTokens: 1e5 },
  };
  const files = new Map([
    ['p', prefill],
    ['d', decode],
    ['both', { ...prefill, ...decode }],
  ]);

  test('is put together from two files, or taken from one', () => {
    expect(namedProfile({ prefill: 'p', decode: 'd' }, files)).toMatchObject({
      kind: 'found',
      profile: { ...prefill, ...decode },
      files: { prefill: 'p', decode: 'd' },
    });
    const both = namedProfile('both', files);
    expect(both.kind === 'found' && both.profile).toBe(files.get('both'));
  });

  test('is missed by name', () => {
    expect(namedProfile('p', files)).toEqual({ kind: 'missing', reason: 'the profile p measures no decode' });
    expect(namedProfile('x', files)).toEqual({ kind: 'missing', reason: 'the profile x was not read' });
  });

  test('may say in one document that the two run with different parallelism', () => {
    const document = JSON.parse(readFileSync('apps/chat/profiles/h200-llama-3.1-8b-fp8-tp1.json', 'utf8'));
    const parts = partsOf({ ...document, tensorParallel: { prefill: 4, decode: 2 } });
    expect(parts.prefill?.engine?.tensorParallel).toBe(4);
    expect(parts.decode?.engine?.tensorParallel).toBe(2);
    const { decode: _, ...half } = document;
    expect(partsOf(half).decode).toBeUndefined();
  });
});

/** An array as numpy saves it. */
function npy(values: readonly number[], change: { descr?: string; shape?: string } = {}): Uint8Array {
  const descr = change.descr ?? '<f8';
  const shape = change.shape ?? `(${values.length},)`;
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117).concat('\n');
  const width = Number(descr.slice(2));
  const bytes = new Uint8Array(10 + header.length + values.length * width);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  const view = new DataView(bytes.buffer);
  view.setUint16(8, header.length, true);
  bytes.set(new TextEncoder().encode(header), 10);
  values.forEach((value, index) => {
    const offset = 10 + header.length + index * width;
    if (descr === '<i8') view.setBigInt64(offset, BigInt(value), true);
    else if (descr === '>f4') view.setFloat32(offset, value, false);
    else view.setFloat64(offset, value, true);
  });
  return bytes;
}

/** What numpy 2.4.6 wrote: savez_compressed of int64, float64 and float32. */
const FROM_NUMPY = [
  'UEsDBC0AAAAIAAAAIQDxsXYF//////////8PABQAcHJlZmlsbF9pc2wubnB5AQAQAKAAAAAAAAAAUwAAAAAAAACb7BfqGxDJyFDG',
  'UK2eklqcXKRupaBuk2mhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RomOpo6CrUKFACuFAYIeMEMoS+wQ+gF/BAaAFBL',
  'AwQtAAAACAAAACEAaDCOA///////////EAAUAHByZWZpbGxfdHRmdC5ucHkBABAAoAAAAAAAAABUAAAAAAAAAJvsF+obEMnIUMZQ',
  'rZ6SWpxcpG6loG6TZqGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GiY6mjoKtQoUAC4GMLB0AFMNgRCaIQ7Kz3YAAFBL',
  'AwQtAAAACAAAACEA7ZhkZf//////////GAAUAHByZWZpbGxfdGhwdF9wZXJfZ3B1Lm5weQEAEACQAAAAAAAAAFUAAAAAAAAAm+wX',
  '6hsQychQxlCtnpJanFykbqWgbpNmoq6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaJjqaOgq1ChQALgaGXy4Pze67Bpky',
  'uS3h5nMDAFBLAQItAy0AAAAIAAAAIQDxsXYFUwAAAKAAAAAPAAAAAAAAAAAAAACAAQAAAABwcmVmaWxsX2lzbC5ucHlQSwECLQMt',
  'AAAACAAAACEAaDCOA1QAAACgAAAAEAAAAAAAAAAAAAAAgAGUAAAAcHJlZmlsbF90dGZ0Lm5weVBLAQItAy0AAAAIAAAAIQDtmGRl',
  'VQAAAJAAAAAYAAAAAAAAAAAAAACAASoBAABwcmVmaWxsX3RocHRfcGVyX2dwdS5ucHlQSwUGAAAAAAMAAwDBAAAAyQEAAAAA',
].join('');

describe('an npz archive', () => {
  const problem = (bytes: Uint8Array) => {
    const read = readNpz(bytes, 'raw_data.npz');
    return read.ok ? 'read' : read.error.map(formatProblem).join('\n');
  };

  test('of a profile is read as its JSON is', () => {
    const archive = zipSync({
      'prefill_isl.npy': npy([100, 1000, 2000, 4000], { descr: '<i8' }),
      'prefill_ttft.npy': npy([25, 70.5, 120, 220]),
      'prefill_thpt_per_gpu.npy': npy([4000, 14_000, 16_500, 18_000], { descr: '>f4' }),
    });
    const arrays = readNpz(archive, 'raw_data.npz');
    expect(arrays.ok && parseProfileParts(arrays.value, 'raw_data.npz')).toEqual({
      ok: true,
      value: {
        prefill: {
          islTokens: [100, 1000, 2000, 4000],
          ttftMs: [25, 70.5, 120, 220],
          tokensPerSecondPerGpu: [4000, 14_000, 16_500, 18_000],
        },
      },
    });
  });

  test('from numpy itself is read', () => {
    expect(readNpz(Buffer.from(FROM_NUMPY, 'base64'), 'raw_data.npz')).toEqual({
      ok: true,
      value: {
        prefill_isl: [100, 1000, 2000, 4000],
        prefill_ttft: [25, 70, 120, 220],
        prefill_thpt_per_gpu: [
          2000,
          expect.closeTo(7142.86, 3),
          expect.closeTo(8333.33, 3),
          expect.closeTo(9090.91, 3),
        ],
      },
    });
  });

  test('may hold a number alone, stored or packed', () => {
    for (const level of [0, 9] as const) {
      const archive = zipSync({ 'max_kv_tokens.npy': npy([945_029], { shape: '()' }) }, { level });
      expect(readNpz(archive, 'a.npz')).toEqual({ ok: true, value: { max_kv_tokens: [945_029] } });
    }
  });

  test.each([
    ['no archive', new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), /^raw_data\.npz: is not a readable zip archive/],
    [
      'Python objects',
      zipSync({ 'a.npy': npy([1], { descr: '|O8' }) }),
      'raw_data.npz:"a.npy": holds an array of type O8, not of numbers',
    ],
    [
      'a table',
      zipSync({ 'a.npy': npy([1, 2, 3, 4], { shape: '(2, 2)' }) }),
      'raw_data.npz:"a.npy": holds a table of shape (2, 2), not a list',
    ],
    [
      'fewer numbers than it says',
      zipSync({ 'a.npy': npy([1, 2], { shape: '(3,)' }) }),
      'raw_data.npz:"a.npy": says that it holds 3 numbers of 8 bytes, and 16 bytes follow',
    ],
    ['something else', zipSync({ 'a.npy': new Uint8Array(20) }), 'raw_data.npz:"a.npy": is not a numpy array'],
    [
      'too much',
      zipSync({ 'a.npy': new Uint8Array(5_000_000) }),
      'raw_data.npz: "a.npy" in it unpacks to more than 4194304 bytes',
    ],
  ])('with %s is refused', (_, bytes, message) => {
    if (typeof message === 'string') expect(problem(bytes)).toBe(message);
    else expect(problem(bytes)).toMatch(message);
  });
});
