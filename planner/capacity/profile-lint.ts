import { decodeGrid } from './decode-grids.ts';
import type { DecodeMeasurements, PrefillMeasurements } from './engine-profile.ts';
import { batchesOf, fitDecode, fitPrefill } from './fit/fit-profile.ts';
import { type FitError, median } from './fit/robust-fit.ts';
import { at } from './numeric.ts';

export interface ProfileFinding {
  readonly severity: 'error' | 'warning' | 'info';
  readonly code:
    | 'throughput-identity'
    | 'parallelism-unknown'
    | 'outlier'
    | 'poor-fit'
    | 'no-fit'
    | 'negative-capacity'
    | 'falling-latency'
    | 'same-kv-tokens';
  readonly role: 'prefill' | 'decode';
  readonly message: string;
}

/** A throughput this far from what the times say was computed in another way. */
const IDENTITY_TOLERANCE = 0.1;
/** A fit that is off by more says something else than what was measured. */
const WORST_MAPE = 0.15;
/** With more of them dynamo-sla meets one sooner or later. */
const MOST_NEGATIVE_CELLS = 0.01;
/** More outliers than this share, and they are not outliers. */
const MOST_OUTLIERS = 0.25;

/**
 * What is wrong with prefill measurements.
 * @param tensorParallel GPUs of the engine, where the file does not say
 */
export function lintPrefill(
  measured: PrefillMeasurements,
  tensorParallel: number | undefined,
): readonly ProfileFinding[] {
  const { islTokens, ttftMs, tokensPerSecondPerGpu } = measured;
  const implied = islTokens.map((isl, index) => isl / (at(ttftMs, index) / 1000) / at(tokensPerSecondPerGpu, index));
  const places = islTokens.map((isl) => `ISL ${whole(isl)}`);
  const falls = islTokens.flatMap((_, index) =>
    index > 0 && at(ttftMs, index) < at(ttftMs, index - 1)
      ? [
          `from ${ms(at(ttftMs, index - 1))} at ${at(places, index - 1)} to ${ms(at(ttftMs, index))} at ${at(places, index)}`,
        ]
      : [],
  );
  return [
    ...identity('prefill', implied, places, measured.engine?.tensorParallel ?? tensorParallel, 'ISL ÷ TTFT'),
    ...falls.map((fall) => finding('warning', 'falling-latency', 'prefill', `TTFT falls with longer prompts: ${fall}`)),
    ...fitFindings('prefill', fitPrefill(measured)?.error, places),
  ];
}

/** What is wrong with decode measurements, and with what Dynamo's planner interpolates from them. */
export function lintDecode(
  measured: DecodeMeasurements,
  tensorParallel: number | undefined,
): readonly ProfileFinding[] {
  const { contextTokens, itlMs, tokensPerSecondPerGpu } = measured;
  const batches = batchesOf(measured);
  const implied = batches.map((batch, index) => batch / (at(itlMs, index) / 1000) / at(tokensPerSecondPerGpu, index));
  const places = batches.map((batch, index) => `batch ${whole(batch)} at context ${whole(at(contextTokens, index))}`);
  return [
    ...identity('decode', implied, places, measured.engine?.tensorParallel ?? tensorParallel, 'batch ÷ ITL'),
    ...gridFindings(measured),
    ...fitFindings('decode', fitDecode(measured)?.error, places),
  ];
}

/** Profiles of engines with different parallelism, of which one copied its hint of KV tokens from the other. */
export function lintSameKvTokens(
  files: readonly { readonly file: string; readonly decode: DecodeMeasurements | undefined }[],
): readonly (ProfileFinding & { readonly file: string })[] {
  return files.flatMap(({ file, decode }, index) => {
    if (decode === undefined) return [];
    const twin = files
      .slice(0, index)
      .find(
        (other) =>
          other.decode !== undefined &&
          other.decode.maxKvTokens === decode.maxKvTokens &&
          String(other.decode.itlMs) !== String(decode.itlMs),
      );
    if (twin === undefined) return [];
    const message = `max_kv_tokens is ${whole(decode.maxKvTokens)}, as in ${twin.file}, which measured another engine: engines of different parallelism or GPUs have different room for KV cache, and batch sizes are computed from it`;
    return [{ file, ...finding('warning', 'same-kv-tokens', 'decode', message) }];
  });
}

/** Throughput per GPU follows from time, batch and GPUs; where it does not, one of them is wrong. */
function identity(
  role: ProfileFinding['role'],
  implied: readonly number[],
  places: readonly string[],
  tensorParallel: number | undefined,
  formula: string,
): readonly ProfileFinding[] {
  // Pauses and half-filled batches only lower a throughput, so the highest is what the number of GPUs shows in.
  const fewest = Math.min(...implied);
  const isWhole = Math.abs(fewest - Math.round(fewest)) < 0.05 * fewest && fewest > 0.9;
  if (tensorParallel === undefined && !isWhole) {
    const message = `throughput per GPU is ${formula} ÷ ${number(fewest)} at most, which no number of GPUs explains`;
    return [finding('error', 'throughput-identity', role, message)];
  }
  const expected = tensorParallel ?? Math.round(fewest);
  const middle = median(implied);
  const off = implied.flatMap((gpus, index) =>
    Math.abs(gpus / expected - 1) > IDENTITY_TOLERANCE ? [{ place: at(places, index), gpus }] : [],
  );
  const said =
    tensorParallel === undefined
      ? [
          finding(
            'info',
            'parallelism-unknown',
            role,
            `the file does not say how many GPUs the engine has; its throughput per GPU implies ${expected}`,
          ),
        ]
      : [];
  const worst = off.toSorted(
    (a, b) => Math.abs(Math.log(b.gpus / expected)) - Math.abs(Math.log(a.gpus / expected)),
  )[0];
  if (worst === undefined) return said;
  const times = worst.gpus / expected;
  const direction = times >= 1 ? `${number(times)} times too low` : `${number(1 / times)} times too high`;
  const message = `throughput per GPU is not ${formula} ÷ ${counted(expected, 'GPU')} at ${off.length} of ${counted(implied.length, 'measurement')}; at worst ${direction} (${worst.place}), ${number(middle / expected)} times in the middle. Dynamo's planner sizes with it; sla sizes with the times`;
  const isSystematic = Math.abs(middle / expected - 1) > IDENTITY_TOLERANCE;
  return [...said, finding(isSystematic ? 'error' : 'warning', 'throughput-identity', role, message)];
}

function fitFindings(
  role: ProfileFinding['role'],
  error: FitError | undefined,
  places: readonly string[],
): readonly ProfileFinding[] {
  if (error === undefined) {
    return [finding('error', 'no-fit', role, 'no performance model fits: the measurements do not differ enough')];
  }
  const { outliers, measurements, mape } = error;
  const each = outliers.map(({ index, measured, fitted }) => {
    const where = at(places, index);
    return finding(
      'warning',
      'outlier',
      role,
      `${where}: ${ms(measured)} measured, ${ms(fitted)} by the other measurements; left out of the fit`,
    );
  });
  const isPoor = mape > WORST_MAPE || outliers.length > MOST_OUTLIERS * measurements;
  const message = `the performance model is ${percent(mape)} off on average, with ${outliers.length} of ${measurements} measurements left out; sizes from it are no better`;
  return isPoor ? [...each, finding('error', 'poor-fit', role, message)] : each;
}

/** The surface that Dynamo's planner looks capacity up in overshoots between measurements. */
function gridFindings(measured: DecodeMeasurements): readonly ProfileFinding[] {
  const grid = decodeGrid(measured);
  let [cells, negative, falling] = [0, 0, 0];
  for (const index of grid.contextTokensAxis.keys()) {
    const { itlMs, tokensPerSecondPerGpu } = grid.row(index);
    cells += tokensPerSecondPerGpu.length;
    negative += tokensPerSecondPerGpu.filter((capacity) => capacity <= 0).length;
    if (itlMs.some((itl, column) => column > 0 && itl < at(itlMs, column - 1))) falling += 1;
  }
  const rows = grid.contextTokensAxis.length;
  return [
    ...(negative === 0
      ? []
      : [
          finding(
            negative > MOST_NEGATIVE_CELLS * cells ? 'error' : 'warning',
            'negative-capacity',
            'decode',
            `Dynamo's planner interpolates a capacity of zero or less in ${negative} of ${cells} cells, and asks for its minimum of replicas there, whatever the load`,
          ),
        ]),
    ...(falling === 0
      ? []
      : [
          finding(
            'warning',
            'falling-latency',
            'decode',
            `Dynamo's planner interpolates an ITL that falls with KV usage in ${falling} of ${rows} rows, so that its capacity jumps`,
          ),
        ]),
  ];
}

function finding(
  severity: ProfileFinding['severity'],
  code: ProfileFinding['code'],
  role: ProfileFinding['role'],
  message: string,
): ProfileFinding {
  return { severity, code, role, message };
}

const number = (value: number): string => String(Number(value.toPrecision(3)));
const whole = (value: number): string => String(Math.round(value));
const ms = (value: number): string => `${number(value)} ms`;
const percent = (share: number): string => `${number(share * 100)} %`;
const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
