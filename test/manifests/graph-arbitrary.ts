import fc from 'fast-check';
import type { DocumentPath } from '../../api/index.ts';
import {
  anchored,
  block,
  Choices,
  choiceNumbers,
  lineEnds,
  list,
  map,
  printDocuments,
  raw,
  type Tree,
} from './dialect.ts';

/** A replica count in a generated file: where it is, what stands there, and whether it may be edited. */
export interface GeneratedCount {
  readonly document: number;
  readonly path: DocumentPath;
  readonly from: number;
  readonly to: number;
  readonly isEditable: boolean;
}

export interface GeneratedFile {
  readonly counts: readonly GeneratedCount[];
  /** The file with every editable count as `value` says. */
  readonly render: (value: (count: GeneratedCount) => number) => string;
}

/** Spellings of a count that must be refused, whatever they mean to which parser. */
const REFUSED_SPELLINGS = [
  ...[
    '"3"',
    "'3'",
    '0x1F',
    '0o17',
    '017',
    '+3',
    '-1',
    '3.0',
    '3.',
    '1e3',
    '1_000',
    '~',
    'null',
    '',
    '!!int 3',
    '!!str 3',
  ],
  ...['&count 3', '\u0024{REPLICAS}', '"{{ .Values.replicas }}"', '<replicas>', 'three', 'true', '[3]', '{count: 3}'],
  ...['99999999999999999999', '3m', '*number'],
];

const spelling = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom(...REFUSED_SPELLINGS) },
);

const service = fc.record({
  spelling,
  from: fc.nat({ max: 10_000 }),
  to: fc.nat({ max: 10_000 }),
  gpus: fc.nat({ max: 8 }),
  text: fc.string({ unit: 'grapheme', maxLength: 30 }),
});

const graph = fc.record({
  version: fc.constantFrom('v1alpha1' as const, 'v1beta1' as const),
  services: fc.array(service, { minLength: 1, maxLength: 4 }),
  repeats: fc.nat({ max: 9 }),
  companion: fc.constantFrom('none', 'config map', 'list', 'empty', 'scalar'),
});

export const generatedFile: fc.Arbitrary<GeneratedFile> = fc
  .tuple(fc.array(graph, { minLength: 1, maxLength: 3 }), choiceNumbers)
  .map(([graphs, numbers]) => {
    const documents: Tree[] = [];
    const counts: GeneratedCount[] = [];
    for (const [number, { version, services, repeats, companion }] of graphs.entries()) {
      // One graph in ten has its first service repeated through an alias.
      const repeated = repeats === 9 ? 0 : -1;
      const bodies = services.map((one, index): readonly [string, Tree] => {
        const name = `Worker${index}`;
        const isEditable = one.spelling === undefined && index !== repeated;
        const step = version === 'v1alpha1' ? ['services', name] : ['components', { name }];
        const path = ['spec', ...step, 'replicas'] as DocumentPath;
        counts.push({ document: documents.length, path, from: one.from, to: one.to, isEditable });
        const replicas = raw(one.spelling ?? `\uE000${counts.length - 1}\uE001`);
        const body =
          version === 'v1alpha1'
            ? alphaBody(replicas, one.gpus, one.text)
            : betaBody(name, replicas, one.gpus, one.text);
        return [name, index === repeated ? anchored('shared', body) : body];
      });
      documents.push(graphTree(number, version, bodies, repeated === 0));
      const beside = companionTree(companion);
      if (beside !== undefined) documents.push(beside);
    }
    const choices = new Choices(numbers);
    const text = lineEnds(printDocuments(documents, choices), choices);
    const render: GeneratedFile['render'] = (value) =>
      text.replace(/\uE000(\d+)\uE001/g, (_, index: string) => {
        const count = counts[Number(index)];
        return count === undefined ? '' : String(count.isEditable ? value(count) : count.from);
      });
    return { counts, render, [fc.toStringMethod]: () => JSON.stringify(render((count) => count.from)) };
  });

function graphTree(
  number: number,
  version: 'v1alpha1' | 'v1beta1',
  bodies: readonly (readonly [string, Tree])[],
  hasRepetition: boolean,
): Tree {
  const services: Tree =
    version === 'v1alpha1' ? { kind: 'map', entries: bodies } : { kind: 'list', items: bodies.map(([, body]) => body) };
  return map(
    ['apiVersion', raw(`nvidia.com/${version}`)],
    ['kind', raw('DynamoGraphDeployment')],
    ['x-numbers', list(raw('&number 5'), raw('*number'))],
    ['metadata', map(['name', raw(`graph-${number}`)], ['labels', anchored('labels', map(['replicas', raw('3')]))])],
    [
      'spec',
      map(
        ['notes', block('replicas: 3', '--- not a marker', 'Worker0: {replicas: 3}')],
        [version === 'v1alpha1' ? 'services' : 'components', services],
      ),
    ],
    ['x-labels', raw('*labels')],
    ...(hasRepetition ? [['x-repeated', raw('*shared')] as const] : []),
  );
}

function alphaBody(replicas: Tree, gpus: number, text: string): Tree {
  return map(
    ['componentType', raw('worker')],
    ['replicas', replicas],
    ['resources', map(['limits', map(['gpu', raw(`"${gpus}"`)], ['memory', raw('80Gi')])])],
    ['extraPodSpec', map(['mainContainer', map(['args', list(raw('--model'), raw(quoted(text)))])])],
  );
}

function betaBody(name: string, replicas: Tree, gpus: number, text: string): Tree {
  const resources = map(['limits', map(['nvidia.com/gpu', raw(String(gpus))])]);
  const container = map(
    ['name', raw('main')],
    ['args', list(raw(quoted(text)), raw('"replicas: 3"'))],
    ['resources', resources],
  );
  return map(
    ['type', raw('worker')],
    ['name', raw(name)],
    ['podTemplate', map(['spec', map(['containers', list(container)])])],
    ['replicas', replicas],
  );
}

function companionTree(companion: string): Tree | undefined {
  switch (companion) {
    case 'config map':
      return map(
        ['kind', raw('ConfigMap')],
        ['data', map(['replicas', raw('"3"')], ['a.yaml', block('replicas: 3', '', '# replicas: 3')])],
      );
    case 'list':
      return list(map(['replicas', raw('3')]), raw('3'));
    case 'empty':
      return map();
    case 'scalar':
      return raw('replicas');
    default:
      return undefined;
  }
}

/** A double-quoted scalar; JSON's escapes are YAML's, apart from characters that YAML wants escaped and JSON does not. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\ufeff\ufffe\uffff\ue000-\uf8ff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
