import * as z from 'zod';
import {
  fail,
  isObject,
  parseDocument,
  parseJsonDocument,
  type Result,
  schemaVersion,
  succeed,
  valueAt,
} from '../../api/index.ts';
import type { DecodeGrids, EngineProfile } from './engine-profile.ts';
import { at } from './numeric.ts';

const positive = z.number().positive('must be above 0');
const tokens = z.number().min(0, 'a length cannot be negative');
const share = z
  .number()
  .min(0, 'a share of the KV cache is between 0 and 1')
  .max(1, 'a share of the KV cache is between 0 and 1');

const knots = z.array(tokens).min(4, 'needs at least 4 lengths, since a cubic spline passes through no fewer');
const contexts = z.array(positive).min(3, 'needs at least 3 measurements, since a surface passes through no fewer');

const axis = z.array(z.number().min(0)).min(2);
const cells = z.array(z.array(z.number()));

const grids = z
  .strictObject({ kvUsageAxis: axis, contextTokensAxis: axis, itlMs: cells, tokensPerSecondPerGpu: cells })
  .check((context) => {
    const { kvUsageAxis, contextTokensAxis, itlMs, tokensPerSecondPerGpu } = context.value;
    const complain = (path: (string | number)[], message: string) =>
      context.issues.push({ code: 'custom', message, path, input: context.value });
    for (const [name, values] of Object.entries({ kvUsageAxis, contextTokensAxis })) {
      const wrong = firstNotIncreasing(values);
      if (wrong !== undefined) complain([name, wrong], 'must be greater than the value before it');
    }
    for (const [name, rows] of Object.entries({ itlMs, tokensPerSecondPerGpu })) {
      if (rows.length !== contextTokensAxis.length) {
        complain([name], `has ${rows.length} rows for ${contextTokensAxis.length} context lengths`);
      }
      const wrong = rows.findIndex((row) => row.length !== kvUsageAxis.length);
      if (wrong >= 0) {
        complain([name, wrong], `has ${at(rows, wrong).length} cells for ${kvUsageAxis.length} KV usages`);
      }
    }
  });

/**
 * The committed form of an engine's profile: Dynamo's raw data (`prefill_raw_data`, `decode_raw_data`) in one document
 * with units in the names. The lists of a section belong together, one position a measurement.
 */
export const profileSchema = z.strictObject({
  schemaVersion,
  kind: z.literal('profile'),
  /** Who measured, and where the figures were published. */
  source: z.string().min(1),
  model: z.string().min(1),
  gpu: z.string().min(1),
  backend: z.string().min(1),
  tensorParallel: z.int().min(1),
  prefill: z
    .strictObject({ islTokens: knots, ttftMs: z.array(positive), tokensPerSecondPerGpu: z.array(positive) })
    .check(sameLengths('islTokens', 'ttftMs', 'tokensPerSecondPerGpu'), increasing('islTokens')),
  decode: z
    .strictObject({
      kvUsage: z.array(share),
      contextTokens: contexts,
      itlMs: z.array(positive),
      tokensPerSecondPerGpu: z.array(positive),
      maxKvTokens: positive,
      grids: grids.optional(),
    })
    .check(
      sameLengths('contextTokens', 'kvUsage', 'itlMs', 'tokensPerSecondPerGpu'),
      surface('kvUsage', 'contextTokens'),
    ),
});

export type ProfileDocument = z.output<typeof profileSchema>;

/** Dynamo's own names, as its profiler writes them; `max_kv_tokens` is a number in JSON and a list of one in npz. */
const rawProfileSchema = z.looseObject({
  prefill: z
    .looseObject({ prefill_isl: knots, prefill_ttft: z.array(positive), prefill_thpt_per_gpu: z.array(positive) })
    .check(sameLengths('prefill_isl', 'prefill_ttft', 'prefill_thpt_per_gpu'), increasing('prefill_isl')),
  decode: z
    .looseObject({
      x_kv_usage: z.array(share),
      y_context_length: contexts,
      z_itl: z.array(positive),
      z_thpt_per_gpu: z.array(positive),
      max_kv_tokens: z.union([positive, z.tuple([positive]).transform(([only]) => only)], 'must be a number above 0'),
    })
    .check(
      sameLengths('y_context_length', 'x_kv_usage', 'z_itl', 'z_thpt_per_gpu'),
      surface('x_kv_usage', 'y_context_length'),
    ),
});

/**
 * Reads a profile: the committed form, or the raw data of Dynamo's profiler as `{ prefill, decode }` with its own names.
 * @param source the text of the file, or its JSON value
 * @returns a problem for every number that is wrong, with its path
 */
export function parseEngineProfile(source: unknown, file: string): Result<EngineProfile> {
  const value = typeof source === 'string' ? parseJson(source, file) : succeed(source);
  if (!value.ok) return value;
  if (isObject(value.value) && value.value.kind !== undefined) {
    const parsed = parseDocument(profileSchema, value.value, file);
    return parsed.ok ? succeed(profileOf(parsed.value)) : parsed;
  }
  if (valueAt(value.value, 'prefill', 'prefill_isl') === undefined) {
    return fail({
      code: 'schema',
      file,
      message: 'is not an engine profile',
      hint: 'it needs kind "profile", or prefill.prefill_isl and the other names of Dynamo\'s raw data',
    });
  }
  const parsed = parseDocument(rawProfileSchema, value.value, file);
  return parsed.ok ? succeed(profileOfRaw(parsed.value)) : parsed;
}

function parseJson(text: string, file: string): Result<unknown> {
  return parseJsonDocument(z.unknown(), text, file);
}

function profileOf(document: ProfileDocument): EngineProfile {
  const { model, backend, gpu, tensorParallel, prefill, decode } = document;
  const { grids: carried, ...measured } = decode;
  const engine = { model, backend, gpu, tensorParallel };
  return {
    engine,
    prefill,
    decode: carried === undefined ? measured : { ...measured, grids: carried satisfies DecodeGrids },
  };
}

function profileOfRaw({ prefill, decode }: z.output<typeof rawProfileSchema>): EngineProfile {
  return {
    prefill: {
      islTokens: prefill.prefill_isl,
      ttftMs: prefill.prefill_ttft,
      tokensPerSecondPerGpu: prefill.prefill_thpt_per_gpu,
    },
    decode: {
      kvUsage: decode.x_kv_usage,
      contextTokens: decode.y_context_length,
      itlMs: decode.z_itl,
      tokensPerSecondPerGpu: decode.z_thpt_per_gpu,
      maxKvTokens: decode.max_kv_tokens,
    },
  };
}

type Lists<K extends string> = { readonly [key in K]: readonly number[] };

function sameLengths<K extends string>(reference: K, ...others: readonly K[]): z.core.CheckFn<Lists<K>> {
  return (context) => {
    const expected = context.value[reference].length;
    for (const name of others) {
      const { length } = context.value[name];
      if (length === expected) continue;
      const message = `has ${length} values for ${expected} in ${reference}`;
      context.issues.push({ code: 'custom', message, path: [name], input: context.value });
    }
  };
}

function increasing<K extends string>(name: K): z.core.CheckFn<Lists<K>> {
  return (context) => {
    const wrong = firstNotIncreasing(context.value[name]);
    if (wrong === undefined) return;
    const message = 'must be greater than the length before it; sort the measurements by length';
    context.issues.push({ code: 'custom', message, path: [name, wrong], input: context.value });
  };
}

function firstNotIncreasing(values: readonly number[]): number | undefined {
  const wrong = values.findIndex((value, index) => index > 0 && value <= at(values, index - 1));
  return wrong < 0 ? undefined : wrong;
}

/** A surface needs measurements that differ from each other and do not all lie on one line. */
function surface<K extends string>(across: K, down: K): z.core.CheckFn<Lists<K>> {
  return (context) => {
    const [xs, ys] = [context.value[across], context.value[down]];
    if (xs.length === 0 || xs.length !== ys.length) return;
    const complain = (path: (string | number)[], message: string) =>
      context.issues.push({ code: 'custom', message, path, input: context.value });
    const seen = new Set<string>();
    for (const [index, x] of xs.entries()) {
      const point = `${x} ${at(ys, index)}`;
      if (seen.has(point)) complain([across, index], `measures KV usage ${x} at ${at(ys, index)} tokens a second time`);
      seen.add(point);
    }
    const [x0, y0] = [at(xs, 0), at(ys, 0)];
    const other = xs.findIndex((x, index) => x !== x0 || at(ys, index) !== y0);
    const isOnLine = (x: number, index: number) =>
      other < 0 || (x - x0) * (at(ys, other) - y0) === (at(xs, other) - x0) * (at(ys, index) - y0);
    if (xs.every(isOnLine)) complain([down], 'all measurements lie on one line; profile several context lengths');
  };
}
