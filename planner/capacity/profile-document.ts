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
import type {
  DecodeGrids,
  DecodeMeasurements,
  EngineProfile,
  PrefillMeasurements,
  ProfileParts,
} from './engine-profile.ts';
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

const prefillSection = z
  .strictObject({ islTokens: knots, ttftMs: z.array(positive), tokensPerSecondPerGpu: z.array(positive) })
  .check(sameLengths('islTokens', 'ttftMs', 'tokensPerSecondPerGpu'), increasing('islTokens'));

const decodeSection = z
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
  );

const gpusPerReplica = z.int().min(1);

/**
 * The committed form of an engine's profile: Dynamo's raw data (`prefill_raw_data`, `decode_raw_data`) in one document
 * with units in the names. The lists of a section belong together, one position a measurement.
 */
export const profileSchema = z
  .strictObject({
    schemaVersion,
    kind: z.literal('profile'),
    /** Who measured, and where the figures were published. */
    source: z.string().min(1),
    model: z.string().min(1),
    gpu: z.string().min(1),
    backend: z.string().min(1),
    /** GPUs of a replica; prefill and decode may differ. */
    tensorParallel: z.union([gpusPerReplica, z.strictObject({ prefill: gpusPerReplica, decode: gpusPerReplica })]),
    prefill: prefillSection.optional(),
    decode: decodeSection.optional(),
  })
  .refine(({ prefill, decode }) => prefill !== undefined || decode !== undefined, 'needs prefill or decode');

export type ProfileDocument = z.output<typeof profileSchema>;

/** Dynamo's own names, as its profiler writes them; `max_kv_tokens` is a number in JSON and a list of one in npz. */
const rawPrefill = z
  .looseObject({ prefill_isl: knots, prefill_ttft: z.array(positive), prefill_thpt_per_gpu: z.array(positive) })
  .check(sameLengths('prefill_isl', 'prefill_ttft', 'prefill_thpt_per_gpu'), increasing('prefill_isl'))
  .transform(
    (raw): PrefillMeasurements => ({
      islTokens: raw.prefill_isl,
      ttftMs: raw.prefill_ttft,
      tokensPerSecondPerGpu: raw.prefill_thpt_per_gpu,
    }),
  );

const rawDecode = z
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
  )
  .transform(
    (raw): DecodeMeasurements => ({
      kvUsage: raw.x_kv_usage,
      contextTokens: raw.y_context_length,
      itlMs: raw.z_itl,
      tokensPerSecondPerGpu: raw.z_thpt_per_gpu,
      maxKvTokens: raw.max_kv_tokens,
    }),
  );

/**
 * Reads a profile that has to measure prefill and decode: the committed form, or the raw data of Dynamo's profiler as
 * `{ prefill, decode }` with its own names.
 * @param source the text of the file, or its JSON value
 * @returns a problem for every number that is wrong, with its path
 */
export function parseEngineProfile(source: unknown, file: string): Result<EngineProfile> {
  const parts = parseProfileParts(source, file);
  if (!parts.ok) return parts;
  const { prefill, decode } = parts.value;
  if (prefill !== undefined && decode !== undefined) return succeed({ prefill, decode });
  const missing = prefill === undefined ? 'prefill' : 'decode';
  return fail({ code: 'schema', file, message: `measures no ${missing}` });
}

/**
 * Reads what a file measured: as {@link parseEngineProfile}, or one half alone, as the profiler's `prefill_raw_data` and
 * `decode_raw_data` are.
 * @param source the text of the file, or its JSON value
 */
export function parseProfileParts(source: unknown, file: string): Result<ProfileParts> {
  const read = typeof source === 'string' ? parseJson(source, file) : succeed(source);
  if (!read.ok) return read;
  const { value } = read;
  if (isObject(value) && value.kind !== undefined) {
    const parsed = parseDocument(profileSchema, value, file);
    return parsed.ok ? succeed(partsOf(parsed.value)) : parsed;
  }
  if (valueAt(value, 'prefill_isl') !== undefined) {
    const prefill = parseDocument(rawPrefill, value, file);
    return prefill.ok ? succeed({ prefill: prefill.value }) : prefill;
  }
  if (valueAt(value, 'x_kv_usage') !== undefined) {
    const decode = parseDocument(rawDecode, value, file);
    return decode.ok ? succeed({ decode: decode.value }) : decode;
  }
  if (valueAt(value, 'prefill', 'prefill_isl') === undefined) {
    return fail({
      code: 'schema',
      file,
      message: 'is not an engine profile',
      hint: 'it needs kind "profile", or prefill.prefill_isl and the other names of Dynamo\'s raw data',
    });
  }
  return parseDocument(z.looseObject({ prefill: rawPrefill, decode: rawDecode }), value, file);
}

function parseJson(text: string, file: string): Result<unknown> {
  return parseJsonDocument(z.unknown(), text, file);
}

function partsOf({ model, backend, gpu, tensorParallel, prefill, decode }: ProfileDocument): ProfileParts {
  const engineOf = (role: 'prefill' | 'decode') => ({
    ...{ model, backend, gpu },
    tensorParallel: typeof tensorParallel === 'number' ? tensorParallel : tensorParallel[role],
  });
  return {
    ...(prefill === undefined ? {} : { prefill: { engine: engineOf('prefill'), ...prefill } }),
    ...(decode === undefined ? {} : { decode: decodeOf(engineOf('decode'), decode) }),
  };
}

function decodeOf(
  engine: DecodeMeasurements['engine'] & object,
  { grids: carried, ...measured }: NonNullable<ProfileDocument['decode']>,
): DecodeMeasurements {
  return { engine, ...measured, ...(carried === undefined ? {} : { grids: carried satisfies DecodeGrids }) };
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
