import type { Plan, PlanTarget } from '../../api/index.ts';
import { isChange } from '../blocks/index.ts';
import { atMost, type Block, code, type Inline, paragraph, separated, strong } from '../markdown/index.ts';
import { type ProposalSubject, serviceLabel, targetsOf } from './subject.ts';

/** Services whose whole trace is shown; the plan document has every one. */
const MAX_SERVICES = 20;
const MAX_STEPS = 40;
const MAX_FILES = 20;
const MAX_QUERIES = 30;

/** Every reason and guardrail behind the numbers, what was asked for them, and the inputs with their digests; folded. */
export function evidence(subject: ProposalSubject, extent: 'all' | 'changes' | 'none'): readonly Block[] {
  if (extent === 'none') return [];
  const targets = targetsOf(subject).filter((target) => extent === 'all' || isChange(target));
  const { shown, more } = atMost(targets, MAX_SERVICES);
  const blocks: readonly Block[] = [
    ...shown.flatMap((target) => trace(subject, target)),
    ...(more === 0 ? [] : [paragraph(`${more} more services are in the plan.`)]),
    ...queries(shown),
    paragraph(strong('Inputs')),
    { kind: 'list', items: inputs(subject) },
  ];
  return [{ kind: 'details', summary: 'Evidence: every step, guardrail, query and input', blocks }];
}

/** What a server was asked, each query once. */
function queries(targets: readonly PlanTarget[]): readonly Block[] {
  const asked = new Map(
    targets.flatMap(({ reasons }) =>
      reasons.flatMap(({ name, query }) => (query === undefined ? [] : [[query, name] as const])),
    ),
  );
  if (asked.size === 0) return [];
  const { shown, more } = atMost([...asked], MAX_QUERIES);
  const items = shown.map(([query, name]): readonly Inline[] => [`${name}: `, code(query)]);
  return [
    paragraph(strong('Queries')),
    { kind: 'list', items: [...items, ...(more === 0 ? [] : [[`${more} more are in the plan`]])] },
  ];
}

function trace(subject: ProposalSubject, target: PlanTarget): readonly Block[] {
  const steps: readonly (readonly Inline[])[] = [
    ...target.reasons.map((reason): readonly Inline[] => [
      `${reason.stage}: ${reason.explanation}`,
      ...(reason.value === null || holdsNumber(reason.explanation, reason.value)
        ? []
        : [' (', code(`${reason.name} = ${formatNumber(reason.value)}`), ')']),
    ]),
    ...target.guardrails.map((mark): readonly Inline[] => [
      'guardrail ',
      code(mark.guardrail),
      mark.from === mark.to ? ` left ${mark.to}: ` : ` ${mark.from} → ${mark.to}: `,
      mark.explanation,
    ]),
  ];
  const { shown, more } = atMost(steps, MAX_STEPS);
  return [
    paragraph(
      strong(serviceLabel(subject, target)),
      ` (${target.role}): ${target.current} → ${target.target}${more === 0 ? '' : `; ${more} more steps are in the plan`}`,
    ),
    ...(shown.length === 0 ? [] : [{ kind: 'list' as const, items: shown }]),
  ];
}

function inputs(subject: ProposalSubject): readonly (readonly Inline[])[] {
  const { inputs } = subject.plan;
  const files = new Set(targetsOf(subject).flatMap((target) => target.locations.map((location) => location.file)));
  const manifests = editedFiles(subject.plan, files);
  const { shown, more } = atMost(manifests, MAX_FILES);
  return [
    [...named('metrics', inputs.metrics), `, from ${inputs.metrics.source}`],
    named('config', inputs.config),
    ...inputs.profiles.map((profile) => named('profile', profile)),
    ...(inputs.fitted ?? []).map((model) => named('fitted model', model)),
    inputs.status === null ? ['live status: none given'] : named('live status', inputs.status),
    inputs.history === null ? ['past changes: none given'] : named('past changes', inputs.history),
    ...shown.map((file) => named('manifest', file)),
    ...(more === 0 ? [] : [[`${more} more manifests of this graph are in the plan`]]),
  ];
}

function editedFiles(plan: Plan, files: ReadonlySet<string>): readonly { file: string; digest: string }[] {
  const known = new Map(plan.inputs.manifests.map((manifest) => [manifest.file, manifest.digest]));
  for (const target of plan.targets) {
    for (const location of target.locations) known.set(location.file, location.digest);
  }
  return [...files].sort().flatMap((file) => {
    const digest = known.get(file);
    return digest === undefined ? [] : [{ file, digest }];
  });
}

function named(label: string, input: { readonly file: string; readonly digest: string }): readonly Inline[] {
  return separated([[`${label} `, code(input.file)], [code(input.digest)]], ' ');
}

/** Whether a sentence already says a number, as precisely as sentences do: to four significant digits, or more. */
function holdsNumber(sentence: string, value: number): boolean {
  const wanted = Math.abs(value);
  const spellings = new Set([wanted, wanted < 1_000 ? wanted : Math.round(wanted), Number(wanted.toPrecision(4))]);
  const written = sentence.match(/\d[\d,]*(\.\d+)?/g) ?? [];
  return written.some((text) => spellings.has(Number(text.replaceAll(',', ''))));
}

/** Six significant digits are more than any measurement here has. */
function formatNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}
