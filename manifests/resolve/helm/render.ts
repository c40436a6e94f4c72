import { posix } from 'node:path';
import { stringAt, valueAt } from '../../../api/index.ts';
import { documentSpans } from '../../read/document-span.ts';
import { readManifest } from '../../read/manifest.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { isScaledKind, type Sources } from '../kustomize/kustomization.ts';
import type { RenderedObject } from '../rendered-object.ts';
import { isSourcedMap, type Sourced, SourcedNumber, sourced } from '../sourced.ts';
import { type FilledTemplate, fillTemplate, type TemplateContext } from './template.ts';
import { inFolder, releaseValues } from './values.ts';

export interface HelmBuild {
  readonly objects: readonly RenderedObject[];
  readonly files: ReadonlySet<string>;
  readonly obstacles: readonly string[];
  readonly missing: readonly string[];
}

/** Whether a folder is a chart. */
export function isChart(folder: string, sources: Sources): boolean {
  return sources.has(inFolder(folder, 'Chart.yaml'));
}

/** Whether a file is a template of a chart among the sources. */
export function isChartTemplate(file: string, sources: Sources): boolean {
  const chart = /^(.*?)(?:^|\/)templates\//.exec(file)?.[1];
  return chart !== undefined && isChart(chart === '' ? '.' : chart, sources);
}

/** The graphs, scaling adapters and autoscalers of a release, as far as plain references to values make them. */
export function renderChart(chart: string, delivery: Delivery, sources: Sources): HelmBuild {
  const { values, files: valueFiles, missing, obstacles: problems } = releaseValues(chart, delivery.helm, sources);
  const obstacles = [...problems];
  const chartFile = sources.get(inFolder(chart, 'Chart.yaml'));
  const about = chartFile?.documents[0]?.value;
  const context: TemplateContext = {
    values,
    release: delivery.helm.release,
    namespace: delivery.namespace ?? 'default',
    chart: {
      name: stringAt(about, 'name') ?? posix.basename(chart),
      version: stringAt(about, 'version') ?? '',
      appVersion: String(valueAt(about, 'appVersion') ?? ''),
    },
  };
  const templates = [...sources.values()].filter(({ file }) => file.startsWith(inFolder(chart, 'templates/')));
  const files = new Set([...valueFiles, ...(chartFile === undefined ? [] : [chartFile.file])]);
  const references = referencesIn(templates.map(({ text }) => text));
  const objects: RenderedObject[] = [];
  for (const template of templates) {
    files.add(template.file);
    for (const span of documentSpans(template.text)) {
      const text = template.text.slice(span.start, span.end);
      const kind = /^kind:[ \t]*["']?(\w+)/m.exec(text)?.[1];
      if (!isScaledKind(kind)) continue;
      const filled = fillTemplate(text, context);
      if (!filled.ok) {
        obstacles.push(`${template.file}: the ${kind} that starts on line ${span.line}, its ${filled.error}`);
        continue;
      }
      const place = { file: template.file, document: span.index, line: span.line };
      objects.push(...objectsOf(filled.value, place, references, obstacles));
    }
  }
  if (templates.length === 0) obstacles.push(`${chart} has no templates here`);
  // Named templates may read values, too.
  const helpers = inFolder(chart, 'templates/_helpers.tpl');
  return { objects, files, obstacles, missing: sources.has(helpers) ? missing : [...missing, helpers] };
}

function objectsOf(
  filled: FilledTemplate,
  place: Pick<RenderedObject, 'file' | 'document' | 'line'>,
  references: readonly ValueReference[],
  obstacles: string[],
): readonly RenderedObject[] {
  if (filled.text.trim() === '' || /^(?:\s|---|#.*)*$/.test(filled.text)) return [];
  const { manifest, problems } = readManifest(place.file, new TextEncoder().encode(filled.text));
  const document = manifest?.documents[0];
  if (problems.length > 0 || document === undefined) {
    obstacles.push(`${place.file} is not YAML once its values are filled in`);
    return [];
  }
  const own = sourced(document.value, { file: place.file, document: place.document, path: [] }, 'manifest');
  const value = withNumbers(own, filled, references);
  return isSourcedMap(value) ? [{ value, ...place, earlier: [] }] : [];
}

/** The object with every token replaced by the number that it stands for. */
function withNumbers(value: Sourced, filled: FilledTemplate, references: readonly ValueReference[]): Sourced {
  const visit = (inner: Sourced): Sourced => {
    if (inner instanceof SourcedNumber) {
      const number = filled.numbers.get(inner.value);
      if (number !== undefined) return withDoubt(number, doubtOf(number, filled, references));
      const doubt = 'the template writes it itself; make it a value of the chart, or map it in the config';
      return withDoubt(inner, doubt);
    }
    if (typeof inner === 'string') return withoutTokens(inner, filled);
    if (Array.isArray(inner)) return (inner as readonly Sourced[]).map(visit);
    if (isSourcedMap(inner)) {
      return Object.fromEntries(
        Object.entries(inner).map(([key, member]) => [key, member === undefined ? member : visit(member)]),
      );
    }
    return inner;
  };
  return visit(value);
}

function withoutTokens(text: string, { numbers }: FilledTemplate): string {
  return text.replace(/731\d{10}/g, (digits) => String(numbers.get(Number(digits))?.value ?? digits));
}

function withDoubt(number: SourcedNumber, doubt: string | undefined): SourcedNumber {
  const { value, place, means, overridden } = number;
  return new SourcedNumber(value, place, means, { doubt: doubt ?? number.doubt, overridden });
}

/** A value that the chart reads once, and only to write it down, is the number; of any other nobody knows what else it does. */
function doubtOf(
  number: SourcedNumber,
  { conditions }: FilledTemplate,
  references: readonly ValueReference[],
): string | undefined {
  const key = valueKey(number);
  if (conditions.some((condition) => condition.place === number.place)) {
    return `the template also decides by ${key} what it renders`;
  }
  const uses = references.filter(
    ({ path, isCondition }) => path === key || (!isCondition && (path === '' || key.startsWith(`${path}.`))),
  );
  return uses.length === 1 ? undefined : `the chart reads ${key} in ${uses.length} places, so an edit may change more`;
}

/** `decode.replicas`, whichever of a release's sources it is in. */
function valueKey({ place }: SourcedNumber): string {
  const steps = place.path.map((step) => (typeof step === 'string' ? step : step.name));
  const inline = steps.findIndex(
    (step, index) => (step === 'valuesObject' || step === 'values') && steps[index - 1] === 'helm',
  );
  const parameter = steps.findIndex((step, index) => step === 'parameters' && steps[index - 1] === 'helm');
  if (parameter >= 0) return steps.slice(parameter + 1, -1).join('.');
  return steps.slice(inline < 0 ? 0 : inline + 1).join('.');
}

/** A path of values that a template reads; a bare `.Values` reads all, as the path "". */
interface ValueReference {
  readonly path: string;
  /** Whether a template only asks if there is anything, which no number below changes. */
  readonly isCondition: boolean;
}

function referencesIn(texts: readonly string[]): readonly ValueReference[] {
  return texts.flatMap((text) =>
    [...text.matchAll(/\{\{-?([\s\S]*?)-?\}\}/g)].flatMap(([, action = '']) => {
      const words = action.replace(/\/\*[\s\S]*?\*\//g, '').trim();
      const isCondition = /^(?:else\s+)?if\s+(?:not\s+)?\.Values\.[\w.]+$/.test(words);
      return [...words.matchAll(/\.Values((?:\.\w+)*)/g)].map(([, path = '']) => ({
        path: path.slice(1),
        isCondition,
      }));
    }),
  );
}
