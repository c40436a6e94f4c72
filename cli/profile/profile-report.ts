import { type Digest, SCHEMA_VERSION } from '../../api/index.ts';
import {
  type DecodeModel,
  engineWords,
  type FitError,
  fitDecode,
  fitPrefill,
  type PrefillModel,
  type ProfiledEngine,
  type ProfileFinding,
  type ProfileParts,
} from '../../planner/index.ts';
import {
  type Block,
  code,
  type Paint,
  paragraph,
  printMarkdown,
  type Report,
  visibleText,
} from '../../report/index.ts';

export interface ProfileReportFile {
  readonly file: string;
  readonly digest: Digest;
  readonly parts: ProfileParts;
  readonly findings: readonly ProfileFinding[];
}

/** Findings of each profile, and the performance model that fits it, with its error. */
export function profileReport(files: readonly ProfileReportFile[]): Report {
  const models = files.map((one) => ({ ...one, ...modelsOf(one.parts) }));
  return {
    document: { schemaVersion: SCHEMA_VERSION, kind: 'profile-report', profiles: models.map(fileDocument) },
    text: (paint) => models.map((one) => fileText(one, paint)).join('\n\n'),
    markdown: () => printMarkdown(models.flatMap(fileBlocks)),
  };
}

type Fitted = ProfileReportFile & ReturnType<typeof modelsOf>;

function modelsOf({ prefill, decode }: ProfileParts) {
  return {
    prefill: prefill === undefined ? undefined : fitPrefill(prefill),
    decode: decode === undefined ? undefined : fitDecode(decode),
  };
}

function fileDocument({ file, digest, parts, findings, prefill, decode }: Fitted) {
  return {
    ...{ file, digest },
    prefill: prefill === undefined ? null : { engine: parts.prefill?.engine ?? null, ...prefill },
    decode: decode === undefined ? null : { engine: parts.decode?.engine ?? null, ...decode },
    findings,
  };
}

const MARKS = { error: 'error', warning: 'warning', info: 'info' } as const;

function fileText(fitted: Fitted, paint: Paint): string {
  const painted = { error: paint.bad, warning: paint.notice, info: paint.faint };
  return [
    paint.strong(visibleText(fitted.file)),
    ...linesOf(fitted).map((line) => `  ${visibleText(line)}`),
    ...fitted.findings.map(
      ({ severity, role, message }) => `  ${painted[severity](MARKS[severity])} ${role}: ${visibleText(message)}`,
    ),
    `  ${summary(fitted.findings)}`,
  ].join('\n');
}

function fileBlocks(fitted: Fitted): readonly Block[] {
  const items = fitted.findings.map(({ severity, role, message }) => [
    `${MARKS[severity]}, ${role}: ${visibleText(message)}`,
  ]);
  return [
    paragraph(code(visibleText(fitted.file)), ': ', summary(fitted.findings)),
    { kind: 'list', items: [...linesOf(fitted).map((line) => [visibleText(line)]), ...items] },
  ];
}

function linesOf({ parts, prefill, decode }: Fitted): readonly string[] {
  return [
    ...(prefill === undefined ? [] : [prefillLine(prefill, parts.prefill?.engine)]),
    ...(decode === undefined ? [] : [decodeLine(decode, parts.decode?.engine)]),
  ];
}

function prefillLine(model: PrefillModel, engine: ProfiledEngine | undefined): string {
  const { fixedMs, perTokenMs, perSquaredTokenMs, error, islTokens } = model;
  const formula = `TTFT ms = ${n(fixedMs)} + ${n(perTokenMs)} × ISL + ${n(perSquaredTokenMs)} × ISL²`;
  return `prefill${named(engine)}: ${formula}; ${errorWords(error)}; ISL ${n(islTokens.lowest)} to ${n(islTokens.highest)}`;
}

function decodeLine(model: DecodeModel, engine: ProfiledEngine | undefined): string {
  const { fixedMs, perRequestMs, perKvTokenMs, error, maxBatch, maxKvTokens, contextTokens } = model;
  const formula = `ITL ms = ${n(fixedMs)} + ${n(perRequestMs)} × batch + ${n(perKvTokenMs)} × batch × context`;
  const range = `batch up to ${Math.round(maxBatch)}, context ${n(contextTokens.lowest)} to ${n(contextTokens.highest)}, ${Math.round(maxKvTokens)} KV tokens`;
  return `decode${named(engine)}: ${formula}; ${errorWords(error)}; ${range}`;
}

function named(engine: ProfiledEngine | undefined): string {
  return engine === undefined ? '' : ` (${engineWords(engine)})`;
}

function errorWords({ mape, mapeOfAll, worst, measurements, outliers }: FitError): string {
  const all = outliers.length === 0 ? '' : ` (${percent(mapeOfAll)} with them)`;
  const left = outliers.length === 0 ? 'none left out' : `${outliers.length} left out${all}`;
  return `mean error ${percent(mape)}, at most ${percent(worst)}, over ${measurements} measurements, ${left}`;
}

function summary(findings: readonly ProfileFinding[]): string {
  const count = (severity: ProfileFinding['severity']) => findings.filter((one) => one.severity === severity).length;
  const [errors, warnings] = [count('error'), count('warning')];
  if (errors + warnings === 0) return 'nothing is wrong with it';
  return `${errors} error${errors === 1 ? '' : 's'}, ${warnings} warning${warnings === 1 ? '' : 's'}`;
}

const n = (value: number): string => String(Number(value.toPrecision(4)));
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
